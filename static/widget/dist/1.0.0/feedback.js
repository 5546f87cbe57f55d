(()=>{"use strict";const e="1.0.0";console.log(e)})()
