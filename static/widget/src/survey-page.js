import { newId } from "./ids.js";
import { VERSION } from "./version.js";

/**
 * What the survey shares with the feedback element where that script is on the page, and does itself
 * where it is not: who answers, where something may be kept, how an event is sent.
 */

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const page = newId();

/** @type {Record<string, string>} */
const pageMemory = {};

/** @returns {any} */
const other = () => /** @type {any} */ (window).touchstone ?? {};

/** @returns {{endpoint: string, projectKey?: string, locale?: string, storage?: string, consent?: string, context: object}} */
export function settingsNow() {
  const endpoint = new URL(other().home ?? script?.src ?? location.href).origin;
  return { endpoint, context: {}, ...other().settings };
}

/** Who answers where no token says it: this browser, or this page. @returns {string} */
export function whoAnswers() {
  return other().respondent?.() ?? "m:" + page;
}

/**
 * Something of this survey, for as long as the respondent and the page allow it.
 * @param {string} name
 * @param {boolean} isSession
 */
function place(name, isSession) {
  const { storage, consent } = settingsNow();
  try {
    if (storage !== "memory" && consent !== "none") {
      const store = isSession || consent === "session" ? sessionStorage : localStorage;
      return { name: "ts-" + name, store };
    }
  } catch {}
  return { name, store: pageMemory };
}

/** @param {string} name @param {boolean} isSession @returns {any} */
export function recall(name, isSession) {
  try {
    const { name: key, store } = place(name, isSession);
    return JSON.parse(store[key] ?? pageMemory[key] ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {boolean} isSession @param {unknown} value */
export function remember(name, isSession, value) {
  const { name: key, store } = place(name, isSession);
  try {
    if (value === undefined) delete store[key];
    else store[key] = JSON.stringify(value);
  } catch {
    pageMemory[key] = JSON.stringify(value);
  }
}

/**
 * Record an event of the survey, unless the host forbids it: through the queue of the feedback
 * element, or by one request of its own.
 * @param {string} type
 * @param {any} about
 * @param {HTMLElement} source
 */
export function recordSurvey(type, about, source) {
  const { record } = other();
  if (record) return Boolean(record(type, about, source));
  const { conversation, message, projectKey, endpoint, ...rest } = about;
  const event = { id: newId(), type, at: new Date().toISOString(), seq: 1, ...rest, target: { conversation, message } };
  if (!tellHost(event, source)) return false;
  const body = { key: projectKey, sent_at: event.at, sdk: "web/" + VERSION, respondent: whoAnswers(), events: [event] };
  post("ingest", body, endpoint);
  return true;
}

/** False where the host forbids it. @param {any} detail @param {HTMLElement} source */
export function tellHost(detail, source) {
  const told = { bubbles: true, composed: true, cancelable: true, detail };
  return (source.isConnected ? source : document).dispatchEvent(new CustomEvent("touchstone:survey", told));
}

/**
 * A text body makes no preflight. Answers `{status, data}`; status 0 where nobody answered.
 * @param {string} path
 * @param {unknown} body
 * @param {string} endpoint
 */
export async function post(path, body, endpoint) {
  const text = JSON.stringify(body);
  try {
    const answer = await fetch(endpoint + "/v1/" + path, { method: "POST", body: text, keepalive: text.length < 2e4 });
    return { status: answer.status, after: Number(answer.headers.get("Retry-After")), data: await answer.json().catch(Object) };
  } catch {
    return { status: 0, after: 0, data: {} };
  }
}

/** @param {string} path @param {string} endpoint */
export async function get(path, endpoint) {
  try {
    const answer = await fetch(endpoint + "/v1/" + path);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
