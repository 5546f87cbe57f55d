import { touchstone } from "./client.js";
import { TouchstoneFeedback } from "./element.js";

customElements.define("touchstone-feedback", TouchstoneFeedback);
window.touchstone = Object.assign(touchstone, window.touchstone);
