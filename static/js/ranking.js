// Putting several answers in order: by the digits of their places, the arrows, buttons, or by dragging. What is sent are
// the ranks in the list's select fields, which are all there is without this script.
// data-ranking: a list (data-placed, data-tied, data-unplaced: what is said of an answer). data-place: one answer.
// data-move: up, down or tie. data-rank-of: where the answer itself shows its rank. Only the list that rate.js has marked
// as current hears keys.

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const lists = new WeakMap();  // fieldset -> { groups: places in order, those that share a rank together; chosen: a place }

// 1. An order: groups of places, the best first

const without = (groups, place) => groups.map((group) => group.filter((one) => one !== place)).filter((group) => group.length);
const groupAt = (groups, place) => groups.findIndex((group) => group.includes(place));
const inserted = (groups, at, place) => [...groups.slice(0, at), [place], ...groups.slice(at)];

function moved(groups, place, step) {  // out of a shared place first, then past the group beside it
  const at = groupAt(groups, place);
  if (at < 0) return [...groups, [place]];
  const rest = without(groups, place), isShared = groups[at].length > 1;
  if (isShared) return inserted(rest, step < 0 ? at : at + 1, place);
  return inserted(rest, Math.min(rest.length, Math.max(0, at + step)), place);
}

function tied(groups, place) {  // with the place above; who shares one already leaves it
  const at = groupAt(groups, place);
  if (at >= 0 && groups[at].length > 1) return moved(groups, place, 1);
  const rest = without(groups, place), above = (at < 0 ? rest.length : at) - 1;
  return above < 0 ? groups : rest.map((group, n) => (n === above ? [...group, place] : group));
}

function dropped(groups, place, target, where) {
  const rest = without(groups, place), at = groupAt(rest, target);
  if (at < 0) return [...rest, [place]];
  if (where === "onto") return rest.map((group, n) => (n === at ? [...group, place] : group));
  return inserted(rest, where === "before" ? at : at + 1, place);
}

// 2. The list on the page

const rows = (list) => all("[data-place]", list);
const placeOf = (row) => Number(row.dataset.place);
const rowOf = (list, place) => rows(list).find((row) => placeOf(row) === place);
const allowsTies = (list) => find('[data-move="tie"]', list) !== null;

function read(list) {
  const byRank = new Map();
  for (const row of rows(list).sort((a, b) => placeOf(a) - placeOf(b))) {
    const rank = Number(find("select", row).value);
    if (rank) byRank.set(rank, [...(byRank.get(rank) ?? []), placeOf(row)]);
  }
  return [...byRank.keys()].sort((a, b) => a - b).map((rank) => byRank.get(rank));
}

function show(list) {
  const { groups, chosen } = lists.get(list), places = rows(list).map(placeOf).sort((a, b) => a - b), focused = document.activeElement;
  const ordered = [...groups.flat(), ...places.filter((place) => groupAt(groups, place) < 0)];
  let before = 0;
  const ranks = new Map(groups.flatMap((group) => { const rank = before + 1; before += group.length; return group.map((place) => [place, rank]); }));
  for (const place of ordered) {
    const row = rowOf(list, place), rank = ranks.get(place) ?? "";
    find("select", row).value = rank;
    find(".rank", row).textContent = rank || "–";
    row.classList.toggle("is-unplaced", !rank);
    row.classList.toggle("is-chosen", place === chosen);
    row.classList.toggle("tied", (groups[groupAt(groups, place)] ?? [place])[0] !== place);
    find(".order", list).append(row);
    if (list === find("[data-ranking]")) find(`[data-rank-of="${place}"]`).textContent = rank;
  }
  if (list.contains(focused)) focused.focus({ preventScroll: true });  // a row that moves loses it
}

function wordsFor(list, place) {
  const row = rowOf(list, place), { groups } = lists.get(list), rank = find("select", row).value, isShared = groups[groupAt(groups, place)]?.length > 1;
  const words = list.dataset[rank ? (isShared ? "tied" : "placed") : "unplaced"];
  return words.replace("{answer}", find(".answer span", row).textContent).replace("{rank}", rank);
}

function change(list, groups, ...moved) {  // the first of those that moved is chosen, and each is told
  lists.set(list, { groups, chosen: moved[0] });
  show(list);
  find("#said").textContent = moved.map((place) => wordsFor(list, place)).join("\n");
  find("select", list).dispatchEvent(new Event("change", { bubbles: true }));
}

function put(list, groups, place) {  // the last answer takes the last place by itself
  const left = rows(list).map(placeOf).filter((one) => groupAt(groups, one) < 0), isNew = groupAt(lists.get(list).groups, place) < 0;
  return left.length === 1 && isNew && groupAt(groups, place) >= 0 ? change(list, [...groups, left], place, left[0]) : change(list, groups, place);
}

function pick(list, place) {  // the next place
  const { groups } = lists.get(list);
  return put(list, groupAt(groups, place) < 0 ? [...groups, [place]] : groups, place);
}

function move(list, place, how) {
  const { groups } = lists.get(list);
  if (how === "tie") return allowsTies(list) ? put(list, tied(groups, place), place) : undefined;
  return groupAt(groups, place) < 0 ? pick(list, place) : change(list, moved(groups, place, how === "up" ? -1 : 1), place);
}

function takeBack(list) {
  const last = lists.get(list).groups.flat().at(-1);
  if (last) change(list, without(lists.get(list).groups, last), last);
}

// 3. Keys, buttons

const keys = { arrowup: "up", arrowleft: "up", arrowdown: "down", arrowright: "down", "=": "tie" };

document.addEventListener("keydown", (event) => {
  const list = find("[data-ranking].live.now"), key = event.key.normalize("NFKC").toLowerCase();
  if (!list || event.altKey || event.ctrlKey || event.metaKey || event.isComposing || find(":popover-open") || find("form.htmx-request")) return;
  if (event.target.matches('textarea, select, input:not([type="radio"], [type="checkbox"])')) return;
  const { chosen } = lists.get(list), row = rowOf(list, Number(key));
  if (row) pick(list, placeOf(row));
  else if (key in keys && chosen) move(list, chosen, keys[key]);
  else if (key === "backspace") takeBack(list);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ranking] [data-move]");
  if (button) move(button.closest("[data-ranking]"), placeOf(button.closest("[data-place]")), button.dataset.move);
});

// 4. Dragging

const isNarrow = matchMedia("(max-width: 53.75em)");  // there the list stands upright
let drag = null;
const DROPS = ["drop-before", "drop-onto", "drop-after"];

function targetAt(list, x, y) {
  const away = (box) => Math.hypot(x - (box.left + box.right) / 2, y - (box.top + box.bottom) / 2);
  const boxes = rows(list).filter((row) => row !== drag.row).map((row) => ({ row, box: row.getBoundingClientRect() }));
  const { row, box } = boxes.reduce((best, one) => (away(one.box) < away(best.box) ? one : best));
  const share = isNarrow.matches ? (y - box.top) / box.height : (x - box.left) / box.width, edge = allowsTies(list) ? 0.3 : 0.5;
  return { row, where: share < edge ? "before" : share > 1 - edge ? "after" : "onto" };
}

function mark(target) {
  for (const row of rows(drag.list)) row.classList.remove(...DROPS);
  target?.row.classList.add(`drop-${target.where}`);
}

function endDrag(isDropped, isTap = false) {
  if (!drag) return;
  mark(null);
  drag.row.classList.remove("is-dragged");
  const { list, row, target } = drag;
  drag = null;
  if (isDropped && target) put(list, dropped(lists.get(list).groups, placeOf(row), placeOf(target.row), target.where), placeOf(row));
  else if (isTap) pick(list, placeOf(row));
}

document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest("[data-ranking].live [data-place]"), isOnGrip = event.target.closest(".grip");
  if (!row || event.button !== 0 || event.target.closest("button, select")) return;
  const isHeld = event.pointerType === "mouse" || isOnGrip;  // a finger elsewhere scrolls, or taps
  drag = { list: row.closest("[data-ranking]"), row, isHeld, from: [event.clientX, event.clientY], target: null };
});

const wayOf = (event) => (drag ? Math.hypot(event.clientX - drag.from[0], event.clientY - drag.from[1]) : 0);

document.addEventListener("pointermove", (event) => {
  if (!drag?.isHeld || (!drag.target && wayOf(event) < 4)) return;
  drag.row.classList.add("is-dragged");
  drag.target = targetAt(drag.list, event.clientX, event.clientY);
  mark(drag.target);
  event.preventDefault();
});

document.addEventListener("pointerup", (event) => endDrag(true, wayOf(event) < 10));
document.addEventListener("pointercancel", () => endDrag(false));
document.addEventListener("selectstart", (event) => { if (drag) event.preventDefault(); });

// 5. An item comes; its answers may have been kept on this device

function begin(list) {
  lists.set(list, { groups: read(list), chosen: null });
  list.classList.add("live");
  show(list);
}

document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-ranking]");
  if (event.target.id === "rating") all("[data-ranking]").forEach(begin);
  else if (list && event.target.matches("[data-cannot]:checked")) {
    lists.set(list, { groups: [], chosen: null });
    show(list);
  }
}, true);
document.addEventListener("htmx:afterSettle", () => all("[data-ranking]:not(.live)").forEach(begin));
all("[data-ranking]").forEach(begin);
