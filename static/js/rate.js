// The rater page beyond its form: conditions, totals, what is left, keys, tabs. Without it everything still works.
// Few files, because a first visit is counted in requests: rate-kept.js keeps and sends what was answered, and the
// search is fetched when somebody first searches.
// data-desk: the item. data-stop: where the keys go, one at a time. data-question: a question (data-key, data-group,
// data-show-if: the tree of core/expressions.py). data-turn: a turn; data-reveal on the desk shows them as one goes.

import * as kept from "./rate-kept.js";
import { all, find, say, wordsOf } from "./rate-kept.js";

const isPhone = matchMedia("(max-width: 53.75em)");
let desk = null, form = null, current = null, openedAt = 0, seenFor = 0;

// 1. What was answered

function valueOf(question) {
  if (question.hidden || find("[data-cannot]", question)?.checked) return "";
  const boxes = all('input[type="checkbox"]:not([data-cannot])', question);
  if ("off" in question.dataset) return boxes[0].checked ? boxes[0].value : question.dataset.off;
  if (boxes.length) return boxes.filter((box) => box.checked).map((box) => box.value);
  const points = all('input[type="radio"]', question);
  if (points.length) return points.find((point) => point.checked)?.value ?? "";
  const ranks = all("select", question);
  if (ranks.length) return ranks.every((rank) => rank.value) ? "ranked" : "";
  return find('[name^="q."]', question)?.value.trim() ?? "";
}

function isMissing(question) {
  if (question.hidden || !("required" in question.dataset) || find("[data-cannot]", question)?.checked) return false;
  const value = valueOf(question);
  return Array.isArray(value) ? value.length < Number(question.dataset.required || 0) : value === "";
}

// 2. The language of conditions, as core/expressions.py has it

const asNumber = (value) => (typeof value === "number" ? value : /^-?[0-9]{1,30}(\.[0-9]{1,30})?$/.test(value) ? Number(value) : null);
const members = (value) => (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== "");
const operators = {
  "==": (a, b) => a === b, "!=": (a, b) => a !== b, "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
};

function compare(operator, value, literal) {
  if (typeof literal !== "number") return operators[operator](String(value), String(literal));
  const number = asNumber(value);
  return number === null ? operator === "!=" : operators[operator](number, literal);
}

function holds([operator, ...parts], lookup) {
  if (operator === "and") return parts.every((part) => holds(part, lookup));
  if (operator === "or") return parts.some((part) => holds(part, lookup));
  if (operator === "not") return !holds(parts[0], lookup);
  const values = members(lookup(parts[0]));
  if (operator === "empty") return values.length === 0;
  if (operator === "in") return values.some((value) => parts[1].some((literal) => compare("==", value, literal)));
  if (operator === "!=") return values.length > 0 && values.every((value) => compare("!=", value, parts[1]));
  return values.some((value) => compare(operator, value, parts[1]));
}

// 3. What follows from the answers

function showConditions() {
  const said = {};
  for (const question of all("[data-question]", form)) {
    const { group, key, showIf } = question.dataset;
    if (showIf) question.hidden = !holds(JSON.parse(showIf), (name) => said[`${group} ${name}`]);
    said[`${group} ${key}`] = valueOf(question);
  }
}

function showTurns() {
  if (!("reveal" in desk.dataset)) return;
  let isReached = true;
  for (const turn of all("[data-turn]", form)) {
    turn.hidden = !isReached;
    if (all("[data-question]", turn).some(isMissing)) isReached = false;
  }
}

function showTotals() {
  for (const total of all("[data-total]", form)) {
    const { base, floor, effects } = JSON.parse(total.dataset.total);
    const start = valueOf(find(`[data-key="${CSS.escape(base)}"]`, form));
    let sum = Number(start);
    const caps = [];
    for (const [name, effect] of Object.entries(effects)) {
      for (const ticked of members(valueOf(find(`[data-question="${CSS.escape(name)}"]`, form)))) {
        sum -= effect[ticked]?.minus ?? 0;
        if (Number.isInteger(effect[ticked]?.cap)) caps.push(effect[ticked].cap);
      }
    }
    find("output", total).textContent = start === "" ? "–" : String(Math.max(floor, Math.min(sum, ...caps)));
  }
}

function showLeft() {
  const missing = all("[data-question]", form).filter(isMissing).length;
  const button = find("[data-submit]", form), left = find("[data-left-words]", button);
  button.ariaDisabled = missing ? "true" : null;
  left.textContent = button.dataset.left.replace("{n}", missing);
  left.hidden = !missing;
  find("[data-submit-words]", button).hidden = missing > 0;
  const turns = all("[data-turn]", form).filter((turn) => find("[data-question][data-required]", turn));
  const done = find("[data-done]", form);
  if (done) done.textContent = turns.filter((turn) => !turn.hidden && !all("[data-question]", turn).some(isMissing)).length;
}

function showChoices() {
  for (const anchor of all("[data-anchor]", form)) {
    anchor.classList.toggle("on", valueOf(anchor.closest("[data-question]")) === anchor.dataset.anchor);
  }
  for (const tab of all("[data-tab-of]", form)) {
    const stop = document.getElementById(tab.dataset.tabOf);
    const chosen = all(":checked:not([data-cannot])", stop).map((input) => find("b", input.parentElement)?.textContent || "✓");
    find("[data-tab-value]", tab).textContent = find("[data-cannot]:checked", stop) ? "?" : chosen.length > 2 ? chosen.length : chosen.join(" ") || "–";
    tab.hidden = stop.hidden;
  }
  const side = find(".verdict :checked", form)?.value;
  for (const one of all("[data-side]", form)) one.classList.toggle("pick", one.dataset.side === side);
}

function refresh() {
  showConditions();
  showTurns();
  showTotals();
  showLeft();
  showChoices();
}

// 4. Where the keys go

const stops = () => all("[data-stop]", form).filter((stop) => !stop.hidden && !stop.closest("[data-turn][hidden]"));
const missingStop = () => stops().find((stop) => [stop, ...all("[data-question]", stop)].some((one) => "question" in one.dataset && isMissing(one)));

function makeCurrent(stop, { scroll = true, focus = true } = {}) {
  if (!stop) return;
  current?.closest(".tturn")?.classList.remove("now");
  current?.classList.remove("now");
  current = stop;
  current.classList.add("now");
  current.closest(".tturn")?.classList.add("now");
  const tab = find(`[data-tab-of="${CSS.escape(stop.id)}"] input`, form);
  if (tab) tab.checked = true;
  tab?.parentElement.scrollIntoView({ block: "nearest", inline: "center" });
  for (const fold of all("[data-anchors]", form)) fold.open = wantsAnchors() && stop.contains(fold);
  if (focus) focusOn(stop);
  if (scroll) (stop.closest(".tturn") ?? stop).scrollIntoView({ block: "nearest" });
}

function focusOn(stop, place = find('input[type="number"]', stop) ?? stop) {
  stop.tabIndex = -1;  // the keys need no focus; a screen reader does, and so does whoever goes on by Tab
  place.focus({ preventScroll: true });
}

function move(step) {
  const list = stops();
  makeCurrent(list[Math.min(list.length - 1, Math.max(0, list.indexOf(current) + step))]);
}

const headHeight = () => parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockStart) || 0;

function moveTurn(step) {
  const asked = stops().filter((stop, n, list) => stop.closest(".tturn") && stop.closest(".tturn") !== list[n - 1]?.closest(".tturn"));
  if (asked.length) {
    const here = asked.findIndex((stop) => stop.closest(".tturn") === current.closest(".tturn"));
    return makeCurrent(here < 0 ? asked.at(step) : asked[Math.min(asked.length - 1, Math.max(0, here + step))]);
  }
  const top = headHeight(), turns = all(".turn", form), places = turns.map((turn) => turn.getBoundingClientRect().top - top);
  const next = step > 0 ? places.findIndex((place) => place > 8) : places.findLastIndex((place) => place < -8);
  return turns[next]?.scrollIntoView({ block: "start" });
}

function moveSide(step) {  // left and right choose a side where sides are asked about, else they go from turn to turn
  const side = find(`.verdict input[value="${step < 0 ? "left" : "right"}"]`, current);
  return side ? press(side) : moveTurn(step);
}

const anchorsKey = () => `touchstone-anchors ${desk.dataset.layout}`;
const wantsAnchors = () => (localStorage.getItem(anchorsKey()) ?? (isPhone.matches || desk.dataset.layout === "pair" ? "off" : "on")) === "on";

function toggleAnchors() {
  localStorage.setItem(anchorsKey(), wantsAnchors() ? "off" : "on");
  makeCurrent(current);
}

const nameOf = (stop) => wordsOf(document.getElementById(stop.getAttribute("aria-labelledby")));

function press(input) {
  const isPoint = input.type === "radio", name = nameOf(current);
  input.checked = isPoint || !input.checked;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  sayChoice(input, name);
  if (isPoint) move(1);
}

function inputFor(stop, key) {  // where points have letters, a digit is the place of one, as long as none is chosen
  const inputs = all("[data-shortcut]", stop), isByPlace = stop === current && isMissing(stop) && inputs.every(({ dataset }) => /^[a-z]$/.test(dataset.shortcut));
  return inputs.find((one) => one.dataset.shortcut === key) ?? (isByPlace ? inputs[key - 1] : undefined);
}

function choose(key) {
  const here = stops().indexOf(current);
  for (const stop of [current, stops()[here + 1]]) {  // a key that means nothing here may mean something further on
    const input = stop && inputFor(stop, key);
    if (input) {
      makeCurrent(stop);
      return press(input);
    }
    if (!stop || isMissing(stop)) break;
  }
  return say(nameOf(current));  // that key means nothing here: say where here is
}

function toggle(box) {
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  sayChoice(box);
}

function togglePassages() {
  const folds = all(".turn.rated .passages, .passages", form), isOpen = folds.every((fold) => fold.open);
  for (const fold of folds) fold.open = !isOpen;
}

function showPopover(id) {
  const sheet = document.getElementById(id);
  sheet?.togglePopover();
  find("button", sheet ?? document)?.focus();
}

async function search() {
  const bar = find("#search"), button = find("[data-search]"), origin = document.activeElement;
  bar.hidden = false;
  find("input", bar).select();  // at once: what is typed before the file is here is meant for it
  try {
    (await import(button.dataset.search)).open(origin);
  } catch {
    bar.hidden = true;
    focusOn(current);
    say(find("#rate-status").dataset.absent);  // without a network, before it was ever used
  }
}

function sayChoice(input, name = "") {
  const { of, off } = find("#said").dataset, words = wordsOf(input.parentElement);
  const told = name ? of.replace("{words}", () => words).replace("{name}", () => name) : words;
  say(input.checked ? told : off.replace("{words}", () => told));
}

const keys = {
  arrowdown: () => move(1), j: () => move(1), arrowup: () => move(-1), k: () => move(-1), arrowleft: () => moveSide(-1), arrowright: () => moveSide(1),
  a: toggleAnchors, p: togglePassages, f: () => toggle(find('[name="flagged"]', form)), n: () => toggle(find("[data-cannot]", current)),
  c: () => find("#comment", form).focus(), s: () => showPopover("skip"), g: () => showPopover("guide"), "?": () => showPopover("keys"), "/": search,
  enter: () => form.requestSubmit(),
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing) return undefined;
  const key = event.key.normalize("NFKC").toLowerCase(), target = event.target;  // full-width letters and digits are meant too
  const isWriting = target.matches('textarea, select, input:not([type="radio"], [type="checkbox"])');
  if (isWriting && key === "escape" && form?.contains(target)) return focusOn(current, current);
  if (isWriting && key === "enter" && (event.ctrlKey || event.metaKey) && form) return form.requestSubmit();
  if (isWriting || event.ctrlKey || event.metaKey) return undefined;
  const sheet = find(":popover-open");
  if (sheet) return (key === "g" && sheet.id === "guide") || (key === "?" && sheet.id === "keys") ? sheet.hidePopover() : all("[data-nth]", sheet)[key - 1]?.click();
  if (key === "u" || key === "z") return find("[data-undo]")?.click();
  if (!form || (key === "enter" && target.closest("button, a, summary"))) return undefined;
  const isOwn = target.type === "radio" ? !target.closest(".verdict") : target.matches(".wide");  // among points, in a wide table
  if (isOwn && (key === "arrowleft" || key === "arrowright")) return undefined;
  if (!(key in keys) && !/^[a-z0-9]$/.test(key)) return undefined;
  event.preventDefault();
  if (form.classList.contains("htmx-request")) return undefined;  // what is pressed now is meant for the next item
  return key in keys ? keys[key]() : choose(key);
});

// 5. An item comes and goes

function changed() {
  refresh();
  kept.touch();
}

document.addEventListener("change", (event) => {
  if (form && event.target === form) return changed();  // filled from what was kept
  if (!form || event.target.form !== form) return undefined;
  if (event.target.name === "tab") return makeCurrent(document.getElementById(event.target.closest("label").dataset.tabOf));
  const question = event.target.closest("[data-question]"), cannot = question && find("[data-cannot]", question);
  if (cannot && event.target !== cannot && event.target.name.startsWith("q.")) cannot.checked = false;
  if (cannot && event.target === cannot && cannot.checked) for (const point of all('input[type="radio"]', question)) point.checked = false;
  return changed();
});

document.addEventListener("input", (event) => {
  if (form && event.target.form === form && event.target.matches("textarea, input:not([type='radio'], [type='checkbox'])")) changed();
});

// A press gives the focus before it is a click. What becomes current opens and closes folds, and so moves what is pressed
// away from under the pointer: the click would be lost. It waits for the end of the press.
let isPressed = false, pressedStop = null;
document.addEventListener("mousedown", () => { isPressed = true; }, true);
document.addEventListener("keydown", () => { isPressed = false; }, true);
document.addEventListener("mouseup", () => setTimeout(() => {
  isPressed = false;
  if (pressedStop?.isConnected && pressedStop !== current) makeCurrent(pressedStop, { scroll: false, focus: false });
  pressedStop = null;
}), true);

document.addEventListener("focusin", (event) => {
  const stop = event.target.closest?.("[data-stop]");
  if (!stop || stop === current || event.target.closest("summary")) return;
  if (isPressed) pressedStop = stop;
  else makeCurrent(stop, { scroll: false, focus: false });
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-search]")) return void search();
  const summary = event.target.closest("[data-anchors] > summary");
  if (summary) {
    event.preventDefault();
    const stop = summary.closest("[data-stop]");
    if (stop === current) return toggleAnchors();
    localStorage.setItem(anchorsKey(), "on");
    return makeCurrent(stop);
  }
  const stop = event.target.closest(".ctabs ~ .panel-body .pt")?.closest("[data-stop]");
  if (stop && isPhone.matches && event.target.matches("input")) setTimeout(() => stop === current && move(1), 160);  // unless the next item is here
  return undefined;
});

document.addEventListener("submit", (event) => {
  if (event.target !== form) return void kept.save();  // skipping and taking back leave this page too
  const missing = missingStop();
  if (missing) {
    event.preventDefault();
    event.stopPropagation();
    makeCurrent(missing);
    find("input, textarea", missing).focus();
    say(wordsOf(find("[data-left-words]", form)));
  } else if (!kept.isWaiting()) {
    form.elements.seconds.value = Math.round((seenFor + (document.hidden ? 0 : Date.now() - openedAt)) / 1000);
  }
}, true);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) seenFor += Date.now() - openedAt;
  else openedAt = Date.now();
});

function open(isFirst = false) {
  desk = find("[data-desk]");
  form = desk && find("#rating", desk);
  current = null;
  [openedAt, seenFor] = [Date.now(), 0];
  kept.begin(form);
  if (!form) return find("#desk")?.focus({ preventScroll: true });
  desk.classList.add("keyed");
  kept.restore();
  refresh();
  const refused = stops().find((stop) => find(".error", stop));
  const next = refused ?? ((find('[name^="q."]:checked', form) && missingStop()) || stops()[0]);
  return makeCurrent(next, { scroll: refused || next !== stops()[0], focus: !isFirst });  // where the next key answers is seen
}

document.addEventListener("htmx:beforeOnLoad", ({ detail: { target, xhr, requestConfig } }) => {
  const isAnswered = (xhr.status < 500 || xhr.status === 507) && !xhr.responseURL.includes("/accounts/login/");
  if (form && target.id === "desk" && isAnswered) kept.answered({ isTaken: xhr.status < 300 && !find("[data-undo]", requestConfig.elt) });
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.id !== "desk" || !form) return;
  if (xhr.responseURL.includes("/accounts/login/")) {  // signed out meanwhile: sign in and come back; the answers wait here
    event.detail.shouldSwap = false;
    location.reload();
  } else if ([403, 404, 409, 507].includes(xhr.status)) {  // refused: say so and leave the answers where they are
    event.detail.target = find("[data-refusal]", form);
    event.detail.swapOverride = "innerHTML";
  } else if (event.detail.shouldSwap) form.replaceChildren();  // htmx takes leave of each element, and a long text has thousands
});
document.addEventListener("htmx:afterSettle", (event) => {  // settling resets the classes of what has an id
  const { requestConfig, xhr } = event.detail;
  if (event.target.id !== "desk") return;  // it is told of the parts of the bar too
  open();
  const told = all("#desk .message p, #desk .note[role='alert']").map(wordsOf), isSubmitted = requestConfig.elt.id === "rating" && xhr.status < 300;
  say([...told, !told.length && isSubmitted ? find("#said").dataset.submitted : "", wordsOf(find("#desk h1"))].join(" "));
});
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, ({ detail }) => {
    if (detail.xhr.status >= 400 && detail.xhr.status < 500) kept.status("unsaved");
    else if (detail.elt === form) kept.hold();
    else kept.showNetwork(true);
  });
}

// 6. Where one was reading, over a reload. Turns out of sight have guessed heights, so a count of pixels would be elsewhere.

addEventListener("pagehide", () => {
  const tops = form ? all(".turn", form).map((turn) => turn.getBoundingClientRect().top) : [];
  const turn = tops.findLastIndex((top) => top <= headHeight() + 8);
  sessionStorage.setItem("touchstone-place", JSON.stringify({ item: form?.getAttribute("action"), turn, top: tops[turn] }));
});

function findPlace() {
  history.scrollRestoration = "manual";
  const place = JSON.parse(sessionStorage.getItem("touchstone-place") ?? "{}"), turn = all(".turn", form ?? document)[place.turn];
  if (!form || !turn || place.item !== form.getAttribute("action")) return;
  turn.scrollIntoView({ block: "start" });
  scrollBy(0, turn.getBoundingClientRect().top - place.top);
}

open(true);
findPlace();
kept.resume();
