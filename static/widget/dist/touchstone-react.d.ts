/** The elements in React's own JSX, where its types declare no global one: from React 19 on. */

import type {} from "react";
import type { Elements } from "./touchstone";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}
