import { shuffled } from "./survey-logic.js";

/**
 * Native controls for one question, and how its answer is read out of them and put into them.
 * @typedef {{node: HTMLElement, read: () => any, problem: HTMLElement, focus: () => void}} Field
 */

/** @param {string} name @param {Record<string, any>} [attributes] @param {...any} kids @returns {any} */
export function tag(name, attributes = {}, ...kids) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...kids.filter((kid) => kid !== "" && kid != null));
  return node;
}

/** @param {string} words @param {Record<string, any>} values */
export const filled = (words, values) => words.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

/** Options in the order of this response, dealt once. @param {any} element @param {any[]} options @param {any} order */
function ordered(element, options, order) {
  if (!element.random) return options;
  const key = element.name;
  if (order[key]?.length !== options.length) order[key] = shuffled(options).map((one) => one.value);
  return order[key].map((/** @type {string} */ value) => options.find((one) => one.value === value)).filter(Boolean);
}

/**
 * @param {any} element
 * @param {{words: any, answers: any, order: any, changed: () => void}} survey
 * @returns {Field}
 */
export function field(element, survey) {
  const id = "q-" + element.name;
  const { words, answers } = survey;
  const given = answers[element.name];
  const problem = tag("p", { id: id + "-problem", class: "problem", part: "problem" });
  problem.hidden = true;
  const isText = element.look === "line" || element.look === "lines";
  const mark = tag("small", { class: "required" }, words.required);
  const about = ["description", "hint"].filter((name) => element[name]);
  const described = [...about.map((name) => `${id}-${name}`), problem.id].join(" ");
  const title = tag(isText ? "label" : "legend", { class: "title", part: "title", for: isText ? id : undefined }, element.title, " ", mark);
  const node = tag(isText || element.look === "statement" ? "div" : "fieldset", { class: "question " + element.look, part: "question", "aria-describedby": isText ? undefined : described },
    title, ...about.map((name) => tag("p", { id: `${id}-${name}`, class: "about" }, element[name])), problem);
  const draw = LOOKS[element.look] ?? LOOKS.list;
  const read = draw({ element, node, id, given, described, survey });
  const focus = () => node.querySelector("input, select, textarea")?.focus();
  return { node, read, problem, focus };
}

/** @param {any} at */
function radios({ element, node, id, given, survey }, options = element.options) {
  const name = id;
  const cells = element.look === "cells";
  const box = tag("div", { class: cells ? "cells" : "list" });
  const clear = tag("button", { type: "button", class: "plain", part: "clear" }, survey.words.no_answer);
  const chosen = () => box.querySelector("input:checked");
  const refresh = () => { clear.hidden = Boolean(element.required) || !chosen(); };
  for (const option of options) {
    const input = tag("input", { type: "radio", name, value: option.value, checked: String(given) === option.value });
    const aside = option.aside && tag(cells ? "span" : "b", { "aria-hidden": !cells && option.text ? "true" : undefined }, option.aside);
    box.append(tag("label", {}, input, tag("span", {}, aside, cells && option.text ? tag("i", {}, option.text) : option.text)));
    if (option.other) box.append(otherWords(element, option, input, survey));
  }
  box.addEventListener("change", refresh);
  clear.addEventListener("click", () => {
    const input = chosen();
    input.checked = false;
    box.querySelector("input").focus();
    refresh();
    survey.changed();
  });
  refresh();
  node.append(box, clear);
  if (element.low || element.high) node.append(tag("p", { class: "ends", "aria-hidden": "true" }, tag("span", {}, element.low), tag("span", {}, element.high)));
  return () => number(element, chosen()?.value);
}

const NUMBERS = ["star", "scale", "csat", "ces", "nps"];

/** @param {any} element @param {string | undefined} value */
function number(element, value) {
  return value !== undefined && NUMBERS.includes(element.type) ? Number(value) : value;
}

/** The words beside “other”, there as soon as it is chosen. @param {any} element @param {any} option @param {any} input @param {any} survey */
function otherWords(element, option, input, survey) {
  const key = element.name + "-Comment";
  const box = tag("input", { type: "text", class: "words", maxlength: 500, value: survey.answers[key] ?? "", "aria-label": `${option.text}: ${survey.words.other_words}`, placeholder: survey.words.other_words, "data-words": key });
  const refresh = () => { box.hidden = !input.checked; };
  refresh();
  input.getRootNode().addEventListener?.("change", refresh);
  setTimeout(() => input.closest("fieldset")?.addEventListener("change", refresh));
  return box;
}

/** @type {Record<string, (at: any) => () => any>} */
const LOOKS = {
  statement: () => () => undefined,

  list: (at) => radios(at, ordered(at.element, at.element.options, at.survey.order)),
  cells: radios,

  checks({ element, node, id, given, survey }) {
    const box = tag("div", { class: "list" });
    const options = ordered(element, element.options, survey.order);
    for (const option of options) {
      const input = tag("input", { type: "checkbox", name: id, value: option.value, checked: (given ?? []).includes(option.value) });
      box.append(tag("label", {}, input, tag("span", {}, option.text)));
      if (option.other) box.append(otherWords(element, option, input, survey));
    }
    box.addEventListener("change", (/** @type {any} */ { target }) => {
      if (!target.checked) return;
      const isAlone = (/** @type {any} */ one) => options.find((option) => option.value === one.value)?.exclusive;
      for (const input of box.querySelectorAll("input:checked")) {
        if (input !== target && (isAlone(target) || isAlone(input))) input.checked = false;
      }
    });
    node.append(box);
    return () => {
      const chosen = [...box.querySelectorAll("input:checked")].map((input) => input.value);
      return chosen.length ? chosen : undefined;
    };
  },

  consent({ element, node, id, given }) {
    const input = tag("input", { type: "checkbox", name: id, checked: given === true });
    node.append(tag("div", { class: "list" }, tag("label", {}, input, tag("span", {}, element.options[0].text))));
    return () => input.checked || undefined;
  },

  rows({ element, node, id, given, survey }) {
    const rows = ordered(element, element.parts, survey.order).map((part) => {
      const cells = part.options.map((/** @type {any} */ option) =>
        tag("label", {}, tag("input", { type: "radio", name: `${id}.${part.value}`, value: option.value, checked: String(given?.[part.value]) === option.value }), tag("span", {}, option.text)));
      node.append(tag("fieldset", { class: "row" }, tag("legend", {}, part.text), tag("div", { class: "cells" }, ...cells)));
      return part.value;
    });
    return () => {
      const found = rows.map((part) => {
        const value = node.querySelector(`input[name="${CSS.escape(`${id}.${part}`)}"]:checked`)?.value;
        return [part, element.type === "sus" && value ? Number(value) : value];
      }).filter(([, value]) => value !== undefined);
      return found.length ? Object.fromEntries(found) : undefined;
    };
  },

  places({ element, node, id, given, survey }) {
    const selects = ordered(element, element.parts, survey.order).map((part) => {
      const place = Array.isArray(given) ? given.indexOf(part.value) + 1 : given?.[part.value];
      const select = tag("select", { id: `${id}-${part.value}` }, tag("option", { value: "" }, "–"),
        ...part.options.map((/** @type {any} */ option) => tag("option", { value: option.value, selected: option.value === String(place) }, option.text)));
      node.append(tag("p", { class: "place" }, select, tag("label", { for: select.id }, part.text)));
      return { part, select };
    });
    return () => {
      const placed = selects.filter(({ select }) => select.value);
      if (!placed.length) return undefined;
      const places = new Set(placed.map(({ select }) => select.value));
      if (places.size < selects.length) return Object.fromEntries(placed.map(({ part, select }) => [part.value, select.value]));
      return [...placed].sort((a, b) => a.select.value - b.select.value).map(({ part }) => part.value);
    };
  },

  pair(at) {
    const { element, node, survey } = at;
    const sides = ordered(element, element.options.slice(0, 2), survey.order);
    const isTurned = sides[0].value !== element.options[0].value;
    const texts = element.sides.map((/** @type {any} */ side, /** @type {number} */ n) => element.sides[isTurned ? 1 - n : n].text);
    element.sides.forEach((/** @type {any} */ side, /** @type {number} */ n) =>
      node.append(tag("div", { class: "side" }, tag("h4", {}, side.title), tag("p", {}, texts[n]))));
    const named = element.options.map((/** @type {any} */ option, /** @type {number} */ n) => ({ ...option, value: n < 2 ? sides[n].value : option.value }));
    return radios(at, named);
  },

  line({ element, node, id, given, described }) {
    const input = tag("input", { id, type: "text", value: given ?? "", maxlength: element.maxLength, inputmode: element.isNumber ? "decimal" : undefined, "aria-describedby": described });
    node.append(input);
    return () => input.value.trim() || undefined;
  },

  lines({ element, node, id, given, described }) {
    const area = tag("textarea", { id, rows: 3, maxlength: element.maxLength, "aria-describedby": described });
    area.value = given ?? "";
    node.append(area);
    return () => area.value.trim() || undefined;
  },
};

/** What is missing of a required answer, as a sentence; empty where nothing is. @param {any} element @param {any} value @param {any} words */
export function missing(element, value, words) {
  if (element.look === "statement") return "";
  if (value === undefined) return element.look === "consent" ? words.consent : words.missing;
  const left = element.look === "rows" ? element.parts.length - Object.keys(value).length : 0;
  return left ? filled(words.missing_parts, { n: left }) : "";
}

/** What is wrong with an answer before anybody is asked. @param {any} element @param {any} value @param {any} words */
export function wrong(element, value, words) {
  if (element.look === "places" && value && !Array.isArray(value)) return filled(words.ranking, { n: element.parts.length });
  if (element.look !== "checks" || !value) return "";
  const isAlone = element.options.some((/** @type {any} */ option) => option.exclusive && value.includes(option.value));
  if (element.max && value.length > element.max) return filled(words.many, { n: value.length, limit: element.max });
  if (!isAlone && element.min && value.length < element.min) return filled(words.few, { n: value.length, limit: element.min });
  return "";
}
