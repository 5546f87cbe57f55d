// The rater page beyond its form: conditions, totals, what is left, keys, tabs, the draft.
// One file, because a first visit to this page is counted in requests. Without it everything still works.
// data-desk: the item. data-stop: where the keys go, one at a time. data-question: a question (data-key, data-group,
// data-show-if: the tree of core/expressions.py). data-turn: a turn; data-reveal on the desk shows them as one goes.

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const isPhone = matchMedia("(max-width: 860px)");
let desk = null, form = null, current = null, openedAt = 0, seenFor = 0;

// 1. What was answered

function valueOf(question) {
  if (question.hidden || find("[data-cannot]", question)?.checked) return "";
  const boxes = all('input[type="checkbox"]:not([data-cannot])', question);
  if ("off" in question.dataset) return boxes[0].checked ? boxes[0].value : question.dataset.off;
  if (boxes.length) return boxes.filter((box) => box.checked).map((box) => box.value);
  const points = all('input[type="radio"]', question);
  if (points.length) return points.find((point) => point.checked)?.value ?? "";
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

function makeCurrent(stop, { scroll = true } = {}) {
  if (!stop) return;
  current?.closest(".tturn")?.classList.remove("now");
  current?.classList.remove("now");
  current = stop;
  current.classList.add("now");
  current.closest(".tturn")?.classList.add("now");
  const tab = find(`[data-tab-of="${CSS.escape(stop.id)}"] input`, form);
  if (tab) tab.checked = true;
  for (const fold of all("[data-anchors]", form)) fold.open = wantsAnchors() && stop.contains(fold);
  if (scroll) (stop.closest(".tturn") ?? stop).scrollIntoView({ block: "nearest" });
}

function move(step) {
  const list = stops();
  makeCurrent(list[Math.min(list.length - 1, Math.max(0, list.indexOf(current) + step))]);
}

const anchorsKey = () => `touchstone-anchors ${desk.dataset.layout}`;
const wantsAnchors = () => (localStorage.getItem(anchorsKey()) ?? (isPhone.matches || desk.dataset.layout === "pair" ? "off" : "on")) === "on";

function toggleAnchors() {
  localStorage.setItem(anchorsKey(), wantsAnchors() ? "off" : "on");
  makeCurrent(current);
}

function press(input) {
  const isPoint = input.type === "radio";
  input.checked = isPoint || !input.checked;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (isPoint) move(1);
}

function choose(key) {
  const here = stops().indexOf(current);
  for (const stop of [current, stops()[here + 1]]) {  // a key that means nothing here may mean something further on
    const input = stop && all("[data-shortcut]", stop).find((one) => one.dataset.shortcut === key);
    if (input) {
      makeCurrent(stop);
      return press(input);
    }
    if (!stop || isMissing(stop)) return undefined;
  }
  return undefined;
}

function toggle(box) {
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
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

const keys = {
  arrowdown: () => move(1), j: () => move(1), arrowup: () => move(-1), k: () => move(-1),
  a: toggleAnchors, p: togglePassages, f: () => toggle(find('[name="flagged"]', form)), n: () => toggle(find("[data-cannot]", current)),
  c: () => find("#comment", form).focus(), s: () => showPopover("skip"), g: () => showPopover("guide"), "?": () => showPopover("guide"),
  enter: () => form.requestSubmit(),
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing) return;
  const key = event.key.toLowerCase(), target = event.target;
  const isWriting = target.matches('textarea, select, input:not([type="radio"], [type="checkbox"])');
  if (isWriting && key === "escape") return target.blur();
  if (isWriting && key === "enter" && (event.ctrlKey || event.metaKey) && form) return form.requestSubmit();
  if (isWriting || event.ctrlKey || event.metaKey) return;
  const sheet = find(":popover-open");
  if (sheet) return key === "g" && sheet.id === "guide" ? sheet.hidePopover() : undefined;
  if (key === "z") return find("[data-undo]")?.click();
  if (!form || (key === "enter" && target.closest("button, a, summary"))) return;
  if (!(key in keys) && !/^[a-z0-9]$/.test(key)) return;
  event.preventDefault();
  if (key in keys) keys[key]();
  else choose(key);
});

// 5. The draft: on the server as the rater works, in this browser until the server has it

const draft = { url: "", timer: 0, delay: 0, isDirty: false };
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "client_key", "version", "seconds", "tab"]);
const storageKey = () => `touchstone-draft ${draft.url}`;
const fields = () => [...new FormData(form)].filter(([name]) => !LEFT_OUT.has(name));

function status(name, words = "") {
  const place = find("[data-saved]");
  if (!place) return;
  place.hidden = false;
  place.classList.toggle("alert", name === "unsaved");
  find("svg", place).toggleAttribute("hidden", name !== "saved");
  place.dataset.words ??= place.lastElementChild.firstChild.textContent.trim();
  place.lastElementChild.firstChild.textContent = `${name === "saved" ? place.dataset.words : words || place.dataset[name]} `;
  find("[data-saved-at]", place).textContent = name === "saved" ? words : "";
}

function touch() {
  if (!draft.url) return;
  draft.isDirty = true;
  const copy = { version: Number(form.elements.version.value), at: new Date().toISOString(), fields: fields() };
  try { localStorage.setItem(storageKey(), JSON.stringify(copy)); } catch { /* private mode: the server's copy must do */ }
  schedule(700);
}

function schedule(delay) {
  clearTimeout(draft.timer);
  draft.delay = delay;
  draft.timer = setTimeout(save, delay);
}

async function save() {
  const { url } = draft, sent = form;
  if (!draft.isDirty || !sent) return;
  sent.elements.version.value = Number(sent.elements.version.value) + 1;
  draft.isDirty = false;
  status("saving");
  try {
    const response = await fetch(url, { method: "POST", body: new FormData(sent), headers: { Accept: "application/json" } });
    if (sent !== form) return;
    if (response.redirected || response.status >= 500) throw new Error("not saved");
    const answer = await response.json();
    if (!response.ok) return status("unsaved", answer.message);
    if (!draft.isDirty) localStorage.removeItem(storageKey());
    status("saved", answer.saved);
  } catch {
    if (sent !== form) return;
    draft.isDirty = true;
    status("unsaved");
    schedule(Math.min(30_000, Math.max(2_000, draft.delay * 2)));
  }
}

function offerLocalCopy() {
  let copy = null;
  try { copy = JSON.parse(localStorage.getItem(storageKey())); } catch { return; }
  if (!copy || copy.version < Number(form.elements.version.value) || JSON.stringify(copy.fields) === JSON.stringify(fields())) return;
  const offer = find("[data-local]", form);
  offer.hidden = false;
  find("[data-local-at]", offer).textContent = new Date(copy.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  find("[data-restore]", offer).addEventListener("click", () => { fill(copy.fields); offer.hidden = true; });
  find("[data-discard]", offer).addEventListener("click", () => { localStorage.removeItem(storageKey()); offer.hidden = true; });
}

function fill(saved) {
  for (const element of form.elements) {
    if (!element.name || LEFT_OUT.has(element.name)) continue;
    const values = saved.filter(([name]) => name === element.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(element.type)) element.checked = values.includes(element.value);
    else element.value = values[0] ?? "";
  }
  refresh();
  touch();
}

addEventListener("online", () => draft.isDirty && schedule(0));
addEventListener("pagehide", () => draft.isDirty && form && navigator.sendBeacon(draft.url, beacon()));

function beacon() {
  form.elements.version.value = Number(form.elements.version.value) + 1;
  return new FormData(form);
}

// 6. An item comes and goes

document.addEventListener("change", (event) => {
  if (!form || event.target.form !== form) return;
  if (event.target.name === "tab") return makeCurrent(document.getElementById(event.target.closest("label").dataset.tabOf));
  const question = event.target.closest("[data-question]"), cannot = question && find("[data-cannot]", question);
  if (cannot && event.target !== cannot && event.target.name.startsWith("q.")) cannot.checked = false;
  if (cannot && event.target === cannot && cannot.checked) for (const point of all('input[type="radio"]', question)) point.checked = false;
  refresh();
  touch();
  return undefined;
});

document.addEventListener("input", (event) => {
  if (form && event.target.form === form && event.target.matches("textarea, input:not([type='radio'], [type='checkbox'])")) {
    refresh();
    touch();
  }
});

document.addEventListener("focusin", (event) => {
  const stop = event.target.closest?.("[data-stop]");
  if (stop && stop !== current && !event.target.closest("summary")) makeCurrent(stop, { scroll: false });
});

document.addEventListener("click", (event) => {
  const summary = event.target.closest("[data-anchors] > summary");
  if (summary) {
    event.preventDefault();
    const stop = summary.closest("[data-stop]");
    if (stop === current) return toggleAnchors();
    localStorage.setItem(anchorsKey(), "on");
    return makeCurrent(stop);
  }
  const point = event.target.closest(".ctabs ~ .panel-body .pt");
  if (point && isPhone.matches && event.target.matches("input")) setTimeout(() => move(1), 160);
  return undefined;
});

document.addEventListener("submit", (event) => {
  if (event.target !== form) return void save();  // skipping and taking back leave this page too
  const missing = missingStop();
  if (missing) {
    event.preventDefault();
    event.stopPropagation();
    makeCurrent(missing);
    find("input, textarea", missing).focus();
    return;
  }
  clearTimeout(draft.timer);
  form.elements.seconds.value = Math.round((seenFor + (document.hidden ? 0 : Date.now() - openedAt)) / 1000);
}, true);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) seenFor += Date.now() - openedAt;
  else openedAt = Date.now();
});

function open() {
  desk = find("[data-desk]");
  form = desk && find("#rating", desk);
  current = null;
  draft.url = form?.dataset.draft ?? "";
  draft.isDirty = false;
  clearTimeout(draft.timer);
  [openedAt, seenFor] = [Date.now(), 0];
  if (!form) return;
  desk.classList.add("keyed");
  refresh();
  makeCurrent((find('[name^="q."]:checked', form) && missingStop()) || stops()[0], { scroll: false });
  if (draft.url) offerLocalCopy();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.id !== "desk") return;
  if (xhr.responseURL.includes("/accounts/login/")) {  // signed out meanwhile: sign in and come back; the answers wait here
    event.detail.shouldSwap = false;
    location.reload();
  } else if ([403, 404, 409, 507].includes(xhr.status) && form) {  // refused: say so and leave the answers where they are
    event.detail.target = find("[data-refusal]", form);
    event.detail.swapOverride = "innerHTML";
  } else if (xhr.status < 300 && draft.url) {
    localStorage.removeItem(storageKey());
  }
});
document.addEventListener("htmx:afterSettle", (event) => {  // settling resets the classes of what has an id
  if (event.detail.target.id !== "desk") return;
  open();
  find("#desk")?.focus({ preventScroll: true });
});
for (const failure of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(failure, () => status("unsaved"));
open();
