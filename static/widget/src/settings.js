import { newId } from "./ids.js";

/**
 * What `touchstone.init` sets. `consent`: `granted` lets this browser keep a random id, `session`
 * lets it until the tab is closed, `none` keeps nothing at all. Without a word, only what was given
 * and could not be sent yet is kept.
 *
 * @type {{endpoint: string, projectKey?: string, locale?: string, storage?: "local"|"memory",
 *   consent?: "granted"|"session"|"none", context?: object}}
 */
export const settings = {
  /** Where this file came from. */
  endpoint: new URL(document.currentScript?.src ?? "/", location.href).origin,
};

/** What lives as long as the page. @type {Record<string, string>} */
const memory = {};

/** Where something may be kept. A browser may refuse its storage, or throw when it is asked. */
const store = () => {
  const { consent, storage } = settings;
  try {
    if (storage !== "memory" && consent !== "none") {
      return consent === "session" ? sessionStorage : localStorage;
    }
  } catch {}
  return memory;
};

/** All that is kept, here or in the browser. @returns {Record<string, string>} */
export const kept = () => ({ ...memory, ...store() });

/** @param {string} name @param {string} text @param {unknown} isLasting */
export const keep = (name, text, isLasting) => {
  try {
    (isLasting ? store() : memory)[name] = text;
  } catch {
    memory[name] = text;
  }
};

/** @param {string} name */
export const drop = (name) => {
  delete memory[name];
  delete store()[name];
};

/** Who this browser is: a random id, kept and found again with consent alone. */
export const respondent = () => {
  const { consent } = settings;
  const id = (consent ? kept() : memory).touchstone ?? newId();
  keep("touchstone", id, consent);
  return (consent === "granted" ? "b:" : "m:") + id;
};
