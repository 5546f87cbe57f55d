import { TouchstoneSurvey } from "./survey-element.js";
import { settingsNow } from "./survey-page.js";

/** What `touchstone.survey` is from here on. */
const surveyFunctions = {
  /**
   * Show a survey now: in its element where the page has one, else floating over the page.
   * @param {string} slug
   * @param {{context?: object, conversation?: string, token?: string, variant?: string}} [given]
   * @returns {Promise<boolean>} whether it is shown
   */
  open(slug, { context, ...attributes } = {}) {
    /** @type {any} */
    let element = document.querySelector(`touchstone-survey[survey="${CSS.escape(slug)}"]`);
    if (!element) {
      element = document.createElement("touchstone-survey");
      const all = { survey: slug, floating: "", "project-key": settingsNow().projectKey, ...attributes };
      for (const [name, value] of Object.entries(all)) if (value !== undefined) element.setAttribute(name, value);
      document.body.append(element);
    }
    return element.ask({ isWanted: true, context });
  },

  /** Tell that a conversation is over: surveys that wait for it may ask. @param {string} [conversation] */
  end(conversation) {
    document.dispatchEvent(new CustomEvent("touchstone:conversation-end", { detail: { conversation } }));
  },
};

/** The feedback element's script may come after this one: its object is never taken from it. */
function join() {
  const page = /** @type {any} */ (window);
  (page.touchstone ??= {}).survey = surveyFunctions;
}

if (!customElements.get("touchstone-survey")) {
  if (document.readyState === "loading" && !(/** @type {any} */ (window).touchstone)) addEventListener("DOMContentLoaded", join);
  else join();
  customElements.define("touchstone-survey", TouchstoneSurvey);
}
