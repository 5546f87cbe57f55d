import { newUuid } from "./uuid.js";
import { post, recall, remember } from "./survey-page.js";

const PAUSE = 1500;
const MOST_WAIT = 60_000;

/**
 * The answers of one response: kept in the tab, sent as they come, the newest alone. A save that is
 * lost is made up for by the next one, so one number, `seq`, is all the order there is.
 */
export class SurveyAnswers {
  /** @param {any} about what each request says besides @param {string} endpoint @param {any} begun */
  constructor(about, endpoint, begun) {
    this.about = about;
    this.endpoint = endpoint;
    this.kept = begun ?? {
      id: newUuid(), seq: 0, answers: {}, order: {}, page: "", version: about.version, started_at: new Date().toISOString(),
    };
    this.timer = 0;
    this.failures = 0;
    this.isFinished = false;
    this.isUnsent = false;
    this.onState = (/** @type {string} */ _state, /** @type {any} */ _data) => {};
  }

  /** What was begun in this tab and not finished. @param {string} slug */
  static begun(slug) {
    return recall(slug, true);
  }

  /** @param {any} answers @param {string} page */
  set(answers, page) {
    Object.assign(this.kept, { answers, page });
    this.isUnsent = true;
    remember(this.about.survey, true, this.kept);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  body() {
    const { answers, order, version, started_at } = this.kept;
    this.kept.seq += 1;
    remember(this.about.survey, true, this.kept);
    return { ...this.about, version, seq: this.kept.seq, answers, order, started_at, finished: this.isFinished };
  }

  /** @returns {Promise<any>} what the server says in the end */
  async save() {
    clearTimeout(this.timer);
    const body = this.body();
    const said = await post("responses/" + this.kept.id, body, this.endpoint);
    if (body.seq !== this.kept.seq) return said;
    if (said.status === 0 || said.status === 429 || said.status > 499) {
      const wait = Math.max(said.after * 1000, Math.min(MOST_WAIT, 1000 * 2 ** this.failures++));
      this.timer = setTimeout(() => this.save(), wait * (0.5 + Math.random() / 2));
      this.onState("waiting", said.data);
    } else {
      this.failures = 0;
      this.isUnsent = false;
      if (said.status > 299) this.isFinished = false;
      else if (this.isFinished) remember(this.about.survey, true, undefined);
      this.onState(said.status > 299 ? "refused" : body.finished ? "finished" : "saved", said.data);
    }
    return said;
  }

  finish() {
    this.isFinished = true;
    this.isUnsent = true;
    return this.save();
  }

  /** The page goes away: what was not sent yet goes as a beacon. */
  leave() {
    if (!this.isUnsent) return;
    clearTimeout(this.timer);
    navigator.sendBeacon(`${this.endpoint}/v1/responses/${this.kept.id}`, JSON.stringify(this.body()));
  }

  /** The network is back. */
  hurry() {
    if (this.failures) this.save();
  }
}
