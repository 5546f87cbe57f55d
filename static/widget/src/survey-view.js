import { missing, field, filled, tag, wrong } from "./survey-fields.js";
import { walk } from "./survey-logic.js";

/** @typedef {import("./survey-answers.js").SurveyAnswers} SurveyAnswers */

const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

/**
 * One survey in a shadow root: a page at a time, forward and back.
 *
 * @param {ShadowRoot} root
 * @param {any} survey the document, in one language
 * @param {SurveyAnswers} response
 * @param {{finished: () => void, dismissed: () => void}} told
 */
export function surveyView(root, survey, response, told) {
  const { words } = survey;
  const status = tag("p", { part: "status", role: "status" });
  const close = tag("button", { type: "button", class: "close", part: "close", "aria-label": words.dismiss }, "×");
  const heading = tag("h2", { id: "title", part: "heading" }, survey.title);
  const form = tag("form", { novalidate: true });
  const base = tag("section", {
    part: "base", "aria-labelledby": "title", lang: survey.locale,
    dir: RIGHT_TO_LEFT.includes(survey.locale.split("-")[0]) ? "rtl" : "ltr",
  }, tag("header", {}, heading, close), form, status);
  /** @type {Map<any, ReturnType<typeof field>>} */
  let fields = new Map();
  let current = response.kept.page;

  const answers = () => ({ ...response.kept.answers });
  const steps = () => walk(survey.pages, response.kept.answers).shown;
  const here = () => steps().find((step) => step.page.name === current) ?? steps()[0];

  /** The answers with what stands on this page. */
  function typed() {
    const all = answers();
    for (const [element, { node, read }] of fields) {
      const value = read();
      if (value === undefined) delete all[element.name];
      else all[element.name] = value;
      const other = node.querySelector("[data-words]");
      if (other?.value.trim()) all[other.dataset.words] = other.value.trim();
      else delete all[element.name + "-Comment"];
    }
    return all;
  }

  function changed() {
    response.set(typed(), current);
    follow();
  }

  /** Show what the answers bring on this page, and hide what they take away. */
  function follow() {
    const asked = new Map(here().elements.map(({ element, required }) => [element, required]));
    for (const [element, { node }] of fields) {
      node.hidden = !asked.has(element);
      node.querySelector(".required").hidden = !asked.get(element);
    }
    const all = steps();
    const at = all.findIndex((step) => step.page.name === current);
    on.textContent = at === all.length - 1 ? words.send : words.next;
    back.hidden = at === 0;
    progress.parentElement.hidden = all.length < 2;
    progress.max = all.length;
    progress.value = at + 1;
    progress.nextSibling.textContent = filled(words.progress, { page: at + 1, pages: all.length });
    progress.setAttribute("aria-label", progress.nextSibling.textContent);
  }

  const progress = tag("progress", {});
  const on = tag("button", { class: "on", part: "next" });
  const back = tag("button", { type: "button", part: "back" }, words.back);

  /** @param {any} step */
  function draw({ page }) {
    current = page.name;
    const state = { words, answers: answers(), order: response.kept.order, changed };
    fields = new Map(page.elements.map((/** @type {any} */ element) => [element, field(element, state)]));
    const isFirst = page === survey.pages[0];
    form.replaceChildren(
      tag("div", { class: "progress" }, progress, tag("span")),
      ...[isFirst && survey.description, page.description].filter(Boolean).map((text) => tag("p", { class: "about" }, text)),
      ...(page.title ? [tag("h3", { tabindex: -1 }, page.title)] : []),
      ...[...fields.values()].map(({ node }) => node),
      tag("div", { class: "moves" }, on, back),
      ...credits(page).map((text) => tag("p", { class: "about" }, text)),
    );
    follow();
  }

  const credits = (/** @type {any} */ page) => [...new Set(page.elements.flatMap((/** @type {any} */ one) => one.credits ?? []))];

  /** @param {Record<string, string>} problems by question */
  function tell(problems) {
    let first;
    for (const [element, { node, problem, focus }] of fields) {
      const words = node.hidden ? "" : problems[element.name] ?? "";
      problem.textContent = words;
      problem.hidden = !words;
      for (const input of node.querySelectorAll("input, textarea, select")) {
        if (words) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
      if (words) first ??= focus;
    }
    first?.();
    status.textContent = first ? words.problems : "";
    return Boolean(first);
  }

  /** @returns {Record<string, string>} */
  function problemsHere() {
    const all = typed();
    return Object.fromEntries(here().elements.flatMap(({ element, required }) => {
      const value = all[element.name];
      const said = wrong(element, value, words) || (required && missing(element, value, words));
      return said ? [[element.name, said]] : [];
    }));
  }

  /** @param {number} by */
  function go(by) {
    changed();
    if (by > 0 && tell(problemsHere())) return;
    const all = steps();
    const next = all[all.indexOf(all.find((step) => step.page.name === current) ?? all[0]) + by];
    if (next) {
      draw(next);
      response.set(response.kept.answers, current);
      response.save();
      (form.querySelector("h3") ?? heading).focus();
    } else if (by > 0) {
      finish();
    }
  }

  async function finish() {
    response.kept.answers = walk(survey.pages, response.kept.answers).kept;
    on.disabled = true;
    await response.finish();
    on.disabled = false;
  }

  response.onState = (state, data) => {
    if (state === "waiting" && response.isFinished) status.textContent = words.waiting;
    if (state === "finished") thank(data);
    if (state === "refused") refuse(data.error ?? {});
  };

  /** @param {any} data */
  function thank({ receipt }) {
    const link = receipt && tag("p", {}, tag("a", { href: receipt, target: "_blank", rel: "noopener" }, words.see_answers));
    form.replaceChildren(tag("p", { class: "thanks", part: "thanks", role: "status", tabindex: -1 }, survey.thanks), link || "");
    form.firstChild.focus();
    status.textContent = "";
    told.finished();
  }

  /** @param {any} error */
  function refuse({ message, fields: problems }) {
    if (problems && Object.keys(problems).length) {
      const step = steps().find(({ elements }) => elements.some(({ element }) => problems[element.name]));
      if (step && step.page.name !== current) draw(step);
      if (tell(problems)) return;
    }
    status.textContent = message ?? "";
  }

  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    go(1);
  });
  form.addEventListener("input", changed);
  back.addEventListener("click", () => go(-1));
  close.addEventListener("click", told.dismissed);
  base.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && told.dismissed());
  heading.tabIndex = -1;
  draw(here());
  root.replaceChildren(base);
}
