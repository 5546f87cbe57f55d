import { dress } from "./style.js";
import { ABOUT, view } from "./view.js";

/** Two thumbs under one answer, with reasons and words for whoever wants to add them. */
export class TouchstoneFeedback extends HTMLElement {
  static observedAttributes = [...ABOUT, "lang", "streaming", "value"];

  #view = view(this, dress(this.attachShadow({ mode: "open" })));
  #watch = new IntersectionObserver(
    (entries) => entries.pop().intersectionRatio >= 0.5 && this.#view.seen(),
    { threshold: 0.5 },
  );

  /** @param {string} [changed] */
  connectedCallback(changed) {
    this.#view.begin(/lang|streaming/.test(changed));
    this.#watch.disconnect();
    this.#watch.observe(this);
  }

  /** @param {string} name @param {string | null} old @param {string | null} now */
  attributeChangedCallback(name, old, now) {
    this.isConnected && old !== now && this.connectedCallback(name);
  }
}
