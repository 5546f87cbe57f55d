import { SurveyAnswers } from "./survey-answers.js";
import { sha256, whyNotAsked } from "./survey-logic.js";
import { get, recall, recordSurvey, remember, settingsNow, tellHost, whoAnswers } from "./survey-page.js";
import { dressSurvey } from "./survey-style.js";
import { surveyView } from "./survey-view.js";
import { VERSION } from "./version.js";

const PAST = "asked";

/** A survey in the page: asked when it is due, for whom it is meant, and never in the way. */
export class TouchstoneSurvey extends HTMLElement {
  static observedAttributes = ["ended"];

  #root = this.attachShadow({ mode: "open" });
  /** @type {SurveyAnswers | undefined} */
  #response;
  #isAsked = false;
  /** @type {any} */
  #shown;
  #stop = new AbortController();

  connectedCallback() {
    dressSurvey(this.#root);
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    document.addEventListener("touchstone:conversation-end", (event) => {
      const { conversation } = /** @type {CustomEvent} */ (event).detail ?? {};
      if (this.#of("trigger") === "conversation-end" && (!conversation || conversation === this.#of("conversation"))) this.ask();
    }, { signal });
    addEventListener("pagehide", () => this.#response?.leave(), { signal });
    addEventListener("online", () => this.#response?.hurry(), { signal });
    const begun = SurveyAnswers.begun(this.#slug);
    if (begun) this.ask({ begun });
    else if (this.#of("trigger") === "load" || this.hasAttribute("ended")) this.ask();
  }

  disconnectedCallback() {
    this.#response?.leave();
    this.#stop.abort();
  }

  attributeChangedCallback() {
    if (this.isConnected && this.hasAttribute("ended")) this.ask();
  }

  /** @param {string} name */
  #of(name) {
    return this.getAttribute(name) ?? undefined;
  }

  get #slug() {
    return this.#of("survey") ?? "";
  }

  /**
   * Show it, if it is live and this respondent is to be asked; true if it was shown.
   * `isWanted`: the host or the respondent wants it now, whatever the share and the days say.
   *
   * @param {{isWanted?: boolean, begun?: any, context?: object}} [how]
   */
  async ask({ isWanted = false, begun, context } = {}) {
    if (this.#isAsked) return false;
    this.#isAsked = true;
    const shown = await this.#show(isWanted, begun, context).catch(() => false);
    this.#isAsked = shown;
    return shown;
  }

  /** @param {boolean} isWanted @param {any} begun @param {object | undefined} context */
  async #show(isWanted, begun, context) {
    const settings = settingsNow();
    const endpoint = this.#of("endpoint") ?? settings.endpoint;
    const key = this.#of("project-key") ?? settings.projectKey;
    const config = await get("config/" + key, endpoint);
    const live = config?.surveys?.find((/** @type {any} */ one) => one.slug === this.#slug);
    if (!live) return false;
    const who = this.#who();
    const past = recall(PAST, false) ?? {};
    if (!isWanted && !begun && whyNotAsked(live, config.cooldown_days, who, past, this.#slug, Date.now())) return false;
    await this.#quiet();
    const locale = this.#of("lang") ?? settings.locale ?? (document.documentElement.lang || navigator.language);
    const asked = isWanted || begun ? "" : "&asked=1";
    const survey = await get(`surveys/${this.#slug}?locale=${encodeURIComponent(locale)}${asked}`, endpoint);
    if (!survey) return false;
    const isSame = begun?.version === survey.version;
    const about = this.#about(settings, context, isWanted ? undefined : { mode: "solicited", p: live.p });
    const named = { slug: this.#slug, number: survey.version };
    this.#shown = { ...about, projectKey: key, endpoint, survey: named, ui: { widget: VERSION, locale: survey.locale } };
    if (!isSame && !recordSurvey("survey_shown", this.#shown, this)) return false;
    const sent = { ...about, key, respondent: whoAnswers(), survey: this.#slug, version: survey.version, locale: survey.locale };
    this.#response = new SurveyAnswers(sent, endpoint, isSame ? begun : undefined);
    surveyView(this.#root, survey, this.#response, {
      finished: () => this.#over("survey_done"),
      dismissed: () => this.#dismiss(),
    });
    this.hidden = false;
    return true;
  }

  /** @param {any} settings @param {object | undefined} context @param {any} sample */
  #about(settings, context, sample) {
    return {
      conversation: this.#of("conversation"), message: this.#of("message"), variant: this.#of("variant"), token: this.#of("token"),
      context: { ...settings.context, ...this.dataset, ...context }, sample,
    };
  }

  /** As the server knows them: by the subject or the conversation of the token, else by this page. */
  #who() {
    try {
      const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(
        atob((this.#of("token") ?? "").split(".")[0].replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0))));
      return claims.s ? "s:" + claims.s : "t:" + sha256(claims.c);
    } catch {
      return whoAnswers();
    }
  }

  /** Wait until no answer streams any more. */
  #quiet() {
    const isStreaming = () => document.querySelector("touchstone-feedback[streaming], touchstone-survey[streaming]");
    return new Promise((resolve) => {
      if (!isStreaming()) return resolve(true);
      const watch = new MutationObserver(() => {
        if (isStreaming()) return;
        watch.disconnect();
        resolve(true);
      });
      watch.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["streaming"] });
    });
  }

  #dismiss() {
    const { isFinished } = /** @type {SurveyAnswers} */ (this.#response);
    if (!isFinished) recordSurvey("survey_dismissed", this.#shown, this);
    this.#over();
    this.#response?.leave();
    remember(this.#slug, true, undefined);
    this.#response = undefined;
    this.#root.replaceChildren();
    this.hidden = true;
    this.#isAsked = false;
  }

  /** From here on the days count. @param {string} [type] */
  #over(type) {
    const now = Date.now();
    remember(PAST, false, { ...recall(PAST, false), [this.#slug]: now, "": now });
    if (type) tellHost({ type, survey: this.#slug }, this);
  }
}
