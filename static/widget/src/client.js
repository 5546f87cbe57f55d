import { flush, PREFIX, record } from "./queue.js";
import { drop, kept, respondent, settings } from "./settings.js";

/** @typedef {import("./queue.js").About} About */

/** @type {Record<string, Promise<any>>} */
const calls = {};

/** Ask once a page; what cannot be had is empty. @param {About} about @param {string} path @param {object} [said] */
export const call = ({ endpoint }, path, said) => {
  const body = JSON.stringify(said);
  const asked = { method: body && "POST", body };
  return (calls[path + body] ??= fetch(`${endpoint || settings.endpoint}/v1/${path}`, asked)
    .then((answer) => answer.json())
    .catch(Object));
};

/** What the respondent said before. @param {About} about */
export const stateOf = (about) => {
  const { conversation, token, projectKey: key = settings.projectKey } = about;
  return call(about, "state", { key, respondent: respondent(), conversation, token });
};

/** @param {About} given */
const feedback = (given) => record("feedback", { kind: "thumb", ...given });

/** Functions for pages that draw their own buttons; the element uses the same. */
export const touchstone = {
  /** @param {Partial<typeof settings>} given */
  init: (given) => Object.assign(settings, given),
  feedback,

  /** @param {About} given */
  retract: (given) => feedback({ ...given, value: null }),

  /** Say once more of all that is given from now on: `{topic: "billing"}`. @param {object} given */
  context: (given) => (settings.context = { ...settings.context, ...given }),

  /** Any other event of the wire format, such as those of a survey. */
  record,
  respondent,
  settings,
  flush,

  /** Forget this browser: what waits, and who it is. */
  reset() {
    for (const name in kept()) name.startsWith("touchstone") && drop(name);
  },

  /**
   * @param {"feedback"|"impression"|"survey"|"sent"|"waiting"|"error"} what
   * @param {(event: Event) => void} told
   */
  on: (what, told) => document.addEventListener(PREFIX + what, told),

  /** The address at which respondents see, change and erase what they gave. @param {About} given */
  receipt: (given) => stateOf(given).then((said) => said.receipt),
};
