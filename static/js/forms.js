// What forms do beyond sending themselves.
// data-dirty: asks before the page is left with changes unsent.
// data-confirm="words": its data-confirm-button waits until data-confirm-input holds the words; the server asks again.
// data-most-bytes="n" on a file's input: a larger file is refused with data-too-large before it is sent.
// data-choose-all="name": a checkbox that sets all of that name; data-chosen="name": shows how many are set.
// data-until-sent on a form whose answer is a file, so that the page stays: data-once-sent takes the place of all of them.
const dirty = new Set();

const count = (root, name) => root.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]:checked`).length;

function refresh(form) {
  const typed = form.querySelector("[data-confirm-input]");
  if (form.dataset.confirm && typed) {
    form.querySelector("[data-confirm-button]").disabled = typed.value.trim() !== form.dataset.confirm;
  }
  for (const place of form.querySelectorAll("[data-chosen]")) {
    const chosen = count(form, place.dataset.chosen);
    place.textContent = String(chosen);
    place.closest("button")?.toggleAttribute("disabled", chosen === 0);
  }
}

function refreshAll(root) {
  for (const form of root.querySelectorAll("form")) refresh(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  if ("chooseAll" in event.target.dataset) {
    const name = CSS.escape(event.target.dataset.chooseAll);
    for (const box of form.querySelectorAll(`input[type="checkbox"][name="${name}"]`)) box.checked = event.target.checked;
  }
  if ("dirty" in form.dataset) dirty.add(form);
  refresh(form);
});

document.addEventListener("change", (event) => {
  const { mostBytes, tooLarge } = event.target.dataset;
  if (!mostBytes) return;
  const isTooLarge = [...event.target.files].some((file) => file.size > Number(mostBytes));
  event.target.setCustomValidity(isTooLarge ? tooLarge : "");
  if (isTooLarge) event.target.reportValidity();
});

function tellSent() {
  for (const asked of document.querySelectorAll("[data-until-sent]")) asked.hidden = true;
  const told = document.querySelector("[data-once-sent]");
  told.hidden = false;
  told.querySelector("a").focus();
}

document.addEventListener("submit", (event) => {
  dirty.delete(event.target);
  if ("untilSent" in event.target.dataset) tellSent();
});
document.addEventListener("reset", (event) => dirty.delete(event.target));
document.addEventListener("htmx:load", (event) => refreshAll(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});

refreshAll(document);
