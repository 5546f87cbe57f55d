// Settling by keyboard. data-settle: the form; data-row: a row with something to decide.
// Arrows up and down: another row. A digit or letter: that point (data-shortcut). N: cannot be settled. Enter: decide.
// data-decide: the button, whose words say what is missing (data-one, data-many with %d, data-reason).
const form = document.querySelector("[data-settle]");
const rows = form ? [...form.querySelectorAll("[data-row]")] : [];
const button = form?.querySelector("[data-decide]");
const words = button?.textContent;
let here = 0;

const inputs = (row) => [...row.querySelectorAll("fieldset input:not([type=hidden], [name=unsettleable])")];
const refusal = (row) => row.querySelector("[name=unsettleable]");
const isSentBack = (row) => [...form.querySelectorAll("[data-rewording]:checked")]
  .some((box) => row.dataset.row === box.value || row.dataset.row.startsWith(`${box.value}.`));
const isDecided = (row) => refusal(row).checked || isSentBack(row)
  || inputs(row).some((input) => input.type === "number" ? input.value !== "" : input.checked)
  || inputs(row).every((input) => input.type === "checkbox");

// Sending a criterion back alone needs no decision on the others.
const isOnlySentBack = () => form.querySelector("[data-rewording]:checked") && rows.every((row) => isSentBack(row) || !isDecided(row));

function refresh() {
  const left = isOnlySentBack() ? 0 : rows.filter((row) => !isDecided(row)).length;
  const hasReason = form.elements.reason.value.trim() !== "";
  button.disabled = left > 0 || !hasReason;
  button.textContent = left === 1 ? button.dataset.one : left ? button.dataset.many.replace("%d", left)
    : hasReason ? words : button.dataset.reason;
}

function go(to) {
  here = Math.max(0, Math.min(rows.length - 1, to));
  for (const row of rows) row.classList.toggle("now", row === rows[here]);
  (inputs(rows[here]).find((input) => input.checked) ?? inputs(rows[here])[0]).focus({ preventScroll: true });
  rows[here].scrollIntoView({ block: "nearest" });
}

function press(key) {
  const row = rows[here];
  const found = key === "n" ? refusal(row) : inputs(row).find((input) => input.dataset.shortcut === key);
  if (!found) return false;
  found.click();
  if (found.type === "radio" || key === "n") {
    const next = rows.findIndex((other, place) => place > here && !isDecided(other));
    if (next > 0) go(next);
  }
  return true;
}

if (rows.length) {
  form.addEventListener("change", ({ target }) => {
    const row = target.closest("[data-row]");
    if (row && target === refusal(row) && target.checked) for (const input of inputs(row)) if (input.type === "radio") input.checked = false;
    if (row && target !== refusal(row)) refusal(row).checked = false;
  });
  form.addEventListener("focusin", ({ target }) => {
    const place = rows.indexOf(target.closest("[data-row]"));
    if (place >= 0) { here = place; for (const row of rows) row.classList.toggle("now", row === rows[here]); }
  });
  form.addEventListener("input", refresh);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("textarea, select, [type=number]")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); go(here + step); return; }
    if (event.key === "Enter" && !event.target.closest("a, button, summary") && !button.disabled) {
      event.preventDefault();
      form.requestSubmit(button);
      return;
    }
    const link = { j: "next", k: "prev" }[event.key.toLowerCase()];
    if (link && event.target.closest("input")) document.querySelector(`.head a[rel=${link}]`)?.click();
    else if (event.key.length === 1 && press(event.key.toLowerCase())) event.preventDefault();
  });
  rows[0].classList.add("now");
  refresh();
}
