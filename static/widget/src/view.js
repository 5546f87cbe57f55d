import { call, stateOf } from "./client.js";
import { make, thumb } from "./dom.js";
import { PREFIX, record } from "./queue.js";
import { respondent, settings } from "./settings.js";
import { VERSION } from "./version.js";
import { REASONS, WORDS } from "./words.js";

/** @typedef {{number?: number, reasons: Record<string, string[]>, comment: boolean,
 *   words: Record<string, Record<string, string>>}} Instrument */

/** What an answer is named by, and is given on as it is. */
export const ABOUT = ["conversation", "message", "variant", "token", "endpoint"];

/** Answers of which it was said that they were seen. */
const seen = new Set();

/**
 * What an element shows and does, in its shadow.
 *
 * @param {HTMLElement} host
 * @param {ShadowRoot} root
 */
export const view = (host, root) => {
  /** What the thumbs show; what the server is known to hold. @type {any} */
  let value, held;
  /** @type {Instrument} */
  let instrument = { reasons: { up: [], down: REASONS }, words: {}, comment: true };
  /** @type {Record<string, string>} */
  let words;
  /** The reasons as they were shown. @type {string[] | undefined} */
  let order;
  /** With its region and without. @type {string} */
  let locale, language;
  /** @type {Record<string, any>} */
  const thumbs = {};
  const status = make("span", { part: "status", role: "status" });
  const panel = make("section", { part: "panel" });
  const base = make("div", {});
  root.append(base);

  const of = (/** @type {string} */ name) => host.getAttribute(name) || "";

  const about = () => ({
    ...Object.fromEntries(ABOUT.map((name) => [name, of(name)])),
    kind: "thumb",
    projectKey: of("project-key") || settings.projectKey,
    context: { ...host.dataset },
    ui: { widget: VERSION, locale, instrument: instrument.number, order },
  });

  /** Show the answer that the attributes name: a page may use its elements again. @param {boolean} isSame */
  const begin = (isSame) => {
    const its = about();
    if (!isSame) value = held = of("value");
    draw();
    call(its, "config/" + its.projectKey).then((said) => {
      instrument = said.instrument ?? instrument;
      value || draw();
    });
    if (!value && (its.token || respondent()[0] === "b")) {
      stateOf(its).then((said) => {
        const of = said.feedback?.find((one) => one.kind + one.message === "thumb" + its.message);
        if (of && !value) mark((held = of.value));
      });
    }
  };

  const shown = () => {
    const its = about();
    const answer = its.conversation + " " + its.message;
    if (host.hasAttribute("streaming") || seen.has(answer)) return;
    seen.add(answer);
    record("impression", its, host);
  };

  const say = (/** @type {string} */ name) => (status.textContent = words[name]);

  for (const what of ["sent", "waiting", "error"]) {
    host.addEventListener(PREFIX + what, (told) => {
      const event = /** @type {CustomEvent} */ (told).detail;
      if (event.type === "impression") return;
      if (what === "sent") held = event.value;
      if (what === "error") mark(held);
      say(event.value && what);
    });
  }

  const draw = () => {
    const own = settings.locale || host.closest("[lang]")?.lang || navigator.language;
    [locale, language] = /(\w*)(-\w+)?/.exec(own);
    const taught = instrument.words;
    words = {
      ...WORDS.en, ...taught.en, ...WORDS[language], ...taught[language], ...taught[locale],
    };
    base.lang = locale;
    for (const name of ["up", "down"]) thumbs[name] = button(name, () => tap(name), thumb(name));
    const group = { part: "thumbs", role: "group", "aria-label": words.ask };
    base.replaceChildren(make("div", group, thumbs.up, thumbs.down, status), panel);
    mark(value);
  };

  /** The second click of a double click is none. @param {string} name @param {() => void} act @param {Node|string} face */
  const button = (name, act, face = words[name]) => {
    const made = make("button", { type: "button", part: name, "aria-label": words[name] }, face);
    made.onclick = (/** @type {MouseEvent} */ click) => click.detail < 2 && act();
    return made;
  };

  /** @param {string | null} now */
  const mark = (now) => {
    value = now;
    say("");
    for (const name in thumbs) thumbs[name].setAttribute("aria-pressed", name === value);
    panel.hidden = true;
  };

  /** @param {{value: string | null}} said */
  const give = (said) => {
    if (!record("feedback", { ...about(), ...said }, host)) return;
    if (value !== said.value) mark(said.value);
    say(value && "sent");
    return value;
  };

  /** A second tap takes back. @param {string} now */
  const tap = (now) => {
    order = undefined;
    if (give({ value: value === now ? null : now })) ask(instrument.reasons[now]);
  };

  /** Offer reasons, in an order of chance, and a place for words. @param {string[]} keys */
  const ask = (keys) => {
    if (!keys[0]) return;
    // As texts "0.…" stand before "true".
    const places = keys.map((key) => [key === "other" || Math.random(), key]).sort();
    order = places.map(([, key]) => key);
    const boxes = order.map((name) => make("input", { type: "checkbox", name }));
    const labels = boxes.map((box) => make("label", { part: "reason" }, box, words[box.name]));
    const text = make("textarea", { part: "comment", maxlength: 4000 });
    const chosen = () => boxes.filter((box) => box.checked).map((box) => box.name);
    panel.onchange = () => {
      for (const box of boxes) box.disabled = chosen()[2] && !box.checked;
    };
    panel.replaceChildren(
      make(
        "fieldset",
        { part: "reasons" },
        make("legend", {}, words["why_" + value]),
        make("div", {}, ...labels),
      ),
      ...(instrument.comment
        ? [make("label", {}, words.comment, text), make("small", { part: "note" }, words.note)]
        : []),
      make(
        "div",
        { part: "acts" },
        button("send", () => {
          thumbs[value].focus();
          panel.hidden = true;
          give({ value, reasons: chosen(), comment: text.value });
        }),
        button("undo", () => {
          thumbs[value].focus();
          tap(value);
        }),
      ),
    );
    panel.hidden = false;
  };

  return { begin, seen: shown };
};
