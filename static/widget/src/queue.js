import { newId } from "./ids.js";
import { drop, keep, kept, respondent, settings } from "./settings.js";

/**
 * One event as it goes over the wire.
 * @typedef {{id: string, type: string, at: string, seq: number, kind?: string,
 *   value?: string|number|null, [more: string]: unknown}} Sent
 */

export const PREFIX = "touchstone:";

/** Who is told what became of an event. @type {Record<string, EventTarget | undefined>} */
const sources = {};
let failures = 0;
let timer = 0;
let notBefore = 0;

/**
 * What feedback is about, and how it was asked for.
 * @typedef {{conversation?: string, message?: string, variant?: string, token?: string,
 *   kind?: string, context?: object, ui?: object, sample?: object, projectKey?: string,
 *   endpoint?: string}} About
 */

/**
 * Record one event, unless the host forbids it; its listeners may change it before it is kept.
 *
 * Each has a place of its own, so that two tabs add and take away without a word between them:
 * feedback in the browser's store, for a person acted; impressions in this page, and no more than
 * one request takes.
 *
 * @param {string} type
 * @param {About & Record<string, unknown>} about
 * @param {EventTarget} [source]
 * @returns {Sent | undefined} undefined where it was vetoed
 */
export const record = (type, about, source) => {
  const { conversation, message, projectKey, endpoint, context, ...rest } = about;
  const id = newId();
  const event = {
    id,
    type,
    at: new Date().toISOString(),
    seq: Math.max(0, Date.now() / 1000 - 1.7e9) | 0, // seconds, so that later pages have greater ones
    ...rest,
    target: { conversation, message },
    context: { ...settings.context, ...context },
  };
  const isShown = type === "impression";
  const from = [endpoint || settings.endpoint, projectKey || settings.projectKey, respondent()];
  if (!tell(type.split("_")[0], event, source) || (isShown && waiting()[49])) return;
  sources[id] = source;
  keep(PREFIX + id, JSON.stringify({ from: from.join(" "), event }), !isShown);
  plan(isShown ? 3000 : 0);
  return event;
};

/** Oldest first. @returns {{from: string, event: Sent}[]} */
const waiting = () =>
  Object.entries(kept())
    .filter(([name]) => name.startsWith(PREFIX))
    .sort()
    .map(([, item]) => JSON.parse(item));

/**
 * The next request: events of one respondent and one key, within 50 and 60 KB as the server asks,
 * which are 20,000 characters of three bytes. One that is longer goes alone, to be refused.
 * @param {(url: string, body: string, events: Sent[]) => unknown} deliver
 */
const batch = (deliver) => {
  const all = waiting();
  if (!all[0]) return;
  if (notBefore > Date.now()) return plan(notBefore - Date.now());
  const { from } = all[0];
  const [url, key, respondent] = from.split(" ");
  let size = 0;
  const events = all
    .slice(0, 50)
    .filter((one) => one.from === from && ((size += JSON.stringify(one).length) < 2e4 || one === all[0]))
    .map((one) => one.event);
  const body = JSON.stringify({ key, respondent, sent_at: new Date(), events });
  return deliver(url + "/v1/ingest", body, events);
};

/** @param {number} delay */
const plan = (delay) => {
  clearTimeout(timer);
  timer = setTimeout(flush, delay);
};

/** Send what waits; one tab at a time where the browser can tell, and the server keeps each once. */
export const flush = () => {
  const send = () => batch(post);
  return navigator.locks?.request(PREFIX, send) ?? send();
};

/** @param {string} url @param {string} body @param {Sent[]} events */
const post = async (url, body, events) => {
  const asked = { method: "POST", body, keepalive: !body[2e4] };
  const answer = await fetch(url, asked).catch(Response.error); // its status is 0
  const said = await answer.json().catch(Object);
  const isLate = /429|^[05]/.test(answer.status);
  const wait = Math.random() * Math.min(99, 2 ** ++failures);
  if (isLate) notBefore = Date.now() + 1e3 * Math.max(wait, answer.headers.get("Retry-After"));
  else failures = 0;
  for (const event of events) {
    const error = answer.ok ? said.errors?.find((one) => one.id === event.id) : said;
    isLate || drop(PREFIX + event.id);
    tell(isLate ? "waiting" : error ? "error" : "sent", { ...event, error });
  }
  plan(0);
};

/**
 * Say what happens or is about to; false where the host forbids it.
 *
 * @param {string} what
 * @param {Sent} detail
 * @param {EventTarget} [source]
 */
const tell = (what, detail, source = sources[detail.id]) =>
  (source?.isConnected ? source : document).dispatchEvent(
    new CustomEvent(PREFIX + what, { bubbles: true, composed: true, cancelable: true, detail }),
  );

addEventListener("online", () => plan((notBefore = 0)));
addEventListener("visibilitychange", flush);
addEventListener("pagehide", () => batch((url, body) => navigator.sendBeacon(url, body)));
plan(1000);
