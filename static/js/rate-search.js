// Search within the conversation: fetched when somebody first presses "/" or its button.
// Hits are painted as CSS highlights, so the text stays as it is; where those are unknown the hit is selected instead.
// Folds are searched too and open when one goes to a hit in them.

const PLACES = ".dialogue, .tturn > .said";
const LEFT_OUT = ".who, cite, fieldset, summary";
const BLOCKS = "p, li, tr, td, th, pre, div, blockquote, summary, article";
const bar = document.querySelector("#search"), words = bar.querySelector("input"), count = bar.querySelector("[data-count]");
const hasHighlights = "highlights" in CSS;
let text = null, hits = [], here = -1, origin = null;

// 1. The text as one string, full width and half width alike, with the way back to its nodes

const plain = (letter) => letter.normalize("NFKC").toLowerCase();

function read() {
  const places = [...document.querySelectorAll(PLACES)].filter((place) => !place.closest("[hidden]"));
  const letters = [], nodes = [], offsets = [];
  let block = null;
  for (const place of places) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeName === "BR") put(" ", node, 0);
      if (node.nodeType !== Node.TEXT_NODE) continue;
      if (node.parentElement.closest(LEFT_OUT)) continue;
      const own = node.parentElement.closest(BLOCKS);
      if (own !== block) put("\n", node, 0);
      block = own;
      for (let at = 0; at < node.data.length; at++) for (const letter of plain(node.data[at])) put(/\s/.test(letter) ? " " : letter, node, at);
    }
  }
  return { string: letters.join(""), nodes, offsets };

  function put(letter, node, at) {
    if (letter === " " && /\s/.test(letters.at(-1) ?? " ")) return;  // what stands indented is found as one would write it
    letters.push(letter);
    nodes.push(node);
    offsets.push(at);
  }
}

function rangeOf(start, end) {
  const range = document.createRange();
  range.setStart(text.nodes[start], text.offsets[start]);
  range.setEnd(text.nodes[end - 1], text.offsets[end - 1] + 1);
  return range;
}

// 2. Finding and going

function search() {
  const wanted = [...words.value].map(plain).join("").trim();
  [hits, here] = [[], -1];
  if (wanted) {
    text ??= read();
    for (let at = text.string.indexOf(wanted); at >= 0; at = text.string.indexOf(wanted, at + wanted.length)) hits.push(rangeOf(at, at + wanted.length));
  }
  if (hits.length) go(1);
  else paint();
}

function go(step) {
  if (!hits.length) return paint();
  here = (here + step + hits.length) % hits.length;
  const place = hits[here].startContainer.parentElement;
  for (let fold = place.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  place.scrollIntoView({ block: "nearest" });
  requestAnimationFrame(() => {  // by now it is laid out, also where nobody had scrolled before
    const { top, bottom } = hits[here].getBoundingClientRect();
    if (top < innerHeight * 0.15 || bottom > innerHeight * 0.6) scrollBy(0, top - innerHeight / 3);
  });
  return paint();
}

function paint() {
  count.textContent = !words.value.trim() ? "" : hits.length ? count.dataset.found.replace("{n}", here + 1).replace("{total}", hits.length) : count.dataset.none;
  if (!hasHighlights) {
    if (hits.length) getSelection().setBaseAndExtent(hits[here].startContainer, hits[here].startOffset, hits[here].endContainer, hits[here].endOffset);
    return;
  }
  CSS.highlights.set("found", new Highlight(...hits));
  CSS.highlights.set("here", new Highlight(...(here < 0 ? [] : [hits[here]])));
}

// 3. The bar

export function open(from) {
  if (!bar.contains(from)) origin = from;
  text = null;
  search();
}

function close() {
  bar.hidden = true;
  [text, hits, here] = [null, [], -1];
  if (hasHighlights) for (const name of ["found", "here"]) CSS.highlights.delete(name);
  (origin?.isConnected && origin !== document.body ? origin : document.querySelector("[data-stop].now, #desk"))?.focus({ preventScroll: true });
}

words.addEventListener("input", search);
bar.addEventListener("submit", (event) => {
  event.preventDefault();
  go(1);
});
bar.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]:not([type='submit'])");
  if (step) go(Number(step.dataset.step));
  if (event.target.closest("[data-close]")) close();
});
bar.addEventListener("keydown", (event) => {
  const isBack = event.key === "Enter" && event.shiftKey && event.target === words;
  if (event.key !== "Escape" && !isBack) return;
  event.preventDefault();
  if (isBack) go(-1);
  else close();
});
document.addEventListener("change", () => { text = null; });  // turns appear as others are rated
document.addEventListener("htmx:afterSettle", (event) => event.detail.target.id === "desk" && !bar.hidden && close());
