// A list one walks through with the keyboard: J or the down arrow goes on, K or the up arrow back,
// Enter follows the first link. data-keys: the list; its rows are <li> or rows of <tbody>.
// data-key="X" on a link or button anywhere: that key presses it.
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog, [popover]:popover-open");
const rows = () => [...document.querySelectorAll("[data-keys] > li, [data-keys] > tbody > tr")].filter((row) => row.querySelector("a[href]"));

function go(step) {
  const all = rows();
  if (!all.length) return false;
  const here = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step))];
  for (const row of all) row.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.querySelector("a[href]").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const marked = [...document.querySelectorAll("[data-key]")].find((item) => item.dataset.key.toLowerCase() === pressed.toLowerCase());
  if (marked && !marked.disabled) {
    event.preventDefault();
    marked.click();
    return;
  }
  const inList = Boolean(event.target.closest("[data-keys]"));
  const step = { j: 1, k: -1 }[pressed] ?? (inList ? { ArrowDown: 1, ArrowUp: -1 }[pressed] : undefined);
  if (step && go(step)) event.preventDefault();
});
