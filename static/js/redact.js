// Redaction by keyboard, and spans marked by selecting them.
// data-place: a proposal or decision with its buttons (data-key). Arrows or J and K: another place. A, D, U: press.
// data-text: a text whose signs are those stored (data-turn, data-part). What is selected in it fills the form data-mark.
const places = [...document.querySelectorAll("[data-place]")];
const form = document.querySelector("[data-mark]");
let here = places.findIndex((place) => `#${place.id}` === location.hash);

function go(to) {
  here = Math.max(0, Math.min(places.length - 1, to));
  for (const place of places) place.classList.toggle("here", place === places[here]);
  for (const mark of document.querySelectorAll("[data-of]")) mark.classList.toggle("here", mark.dataset.of === places[here].id);
  places[here].focus({ preventScroll: true });
  places[here].scrollIntoView({ block: "nearest" });
}

/** Code points before a place of a text: the server counts these, while JavaScript counts UTF-16 units. */
function codePoints(text, node, offset) {
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(node, offset);
  const before = range.cloneContents();
  for (const sign of before.querySelectorAll("[data-sign]")) sign.textContent = "\u0001";
  return [...before.textContent].length;
}

const textOf = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-text]");

function take() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const text = textOf(range.startContainer);
  if (!text || text !== textOf(range.endContainer)) return;
  const fields = form.elements;
  fields.turn.value = text.dataset.turn;
  fields.part.value = text.dataset.part;
  fields.start.value = codePoints(text, range.startContainer, range.startOffset);
  fields.end.value = codePoints(text, range.endContainer, range.endOffset);
  fields.words.value = selection.toString();
  form.querySelector("[data-selected]").hidden = false;
}

function letGo() {
  for (const name of ["turn", "part", "start", "end"]) form.elements[name].value = "";
  form.querySelector("[data-selected]").hidden = true;
}

if (form) {
  for (const event of ["mouseup", "keyup", "touchend"]) document.addEventListener(event, take);
  form.elements.words.addEventListener("input", letGo);
}

if (places.length) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    if (event.target.closest("textarea, select, input:not([type=checkbox])")) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const button = step ? null : places[here]?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!step && !button) return;
    event.preventDefault();
    if (step) go(here + step);
    else button.click();
  });
  if (here >= 0) go(here);
}
