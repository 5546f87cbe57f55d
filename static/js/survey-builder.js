// The survey builder beyond its form: data-survey-builder. Without it every button works by a page load.
// data-opens="name": a fold whose state is sent under that name. data-retype="id": the button that a new type presses.
// data-preview-phone: shows the frame as wide as a telephone; data-preview-language: links into the frame.
const form = document.querySelector("[data-survey-builder]");
const frame = document.querySelector(".survey-frame");
let unsent = false;
let pressed = "";

function tell(words) {
  const status = document.getElementById("draft-status");
  status.textContent = words;
  status.classList.toggle("alert", words === form.dataset.unsaved);
}

/** Folds that are no question's own keep what the writer opened when the fields come again. */
const openFolds = () => new Set([...form.querySelectorAll("details.part[open]")].map(foldName));
const foldName = (fold) => `${fold.closest("section").id} ${[...fold.parentElement.children].indexOf(fold)}`;

/** The same button of what moved, so that it can be pressed again. */
function focusMoved() {
  const [verb, path] = pressed.split(" ");
  if (!["up", "down"].includes(verb) || !path) return;
  const moved = form.querySelector("summary[autofocus], h2[autofocus]")?.closest("section");
  const button = moved?.querySelector(`button[value^="${verb} "]:not([value*="choices"], [value*="rows"], [value*="columns"])`);
  if (button && !button.disabled) button.focus();
}

function markWrong() {
  for (const field of form.querySelectorAll("input[aria-describedby$='-problems']")) {
    const wrong = document.getElementById(field.getAttribute("aria-describedby"))?.querySelector(".error");
    field.toggleAttribute("aria-invalid", Boolean(wrong));
    if (wrong) field.setAttribute("aria-invalid", "true");
  }
}

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (!target) return;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

if (form) {
  let folds = new Set();
  form.addEventListener("toggle", (event) => {
    const name = event.target.dataset.opens;
    if (name) event.target.querySelector(`input[name="${CSS.escape(name)}"]`).value = event.target.open ? "1" : "";
  }, true);
  form.addEventListener("input", () => { unsent = true; });
  form.addEventListener("change", (event) => {
    if (event.target.dataset.retype) document.getElementById(event.target.dataset.retype).click();
  });
  form.addEventListener("submit", () => { unsent = false; });
  document.addEventListener("htmx:beforeRequest", (event) => {
    pressed = event.detail.elt.value ?? "";
    unsent = false;
    tell(form.dataset.saving);
  });
  document.addEventListener("htmx:beforeSwap", () => { folds = openFolds(); });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "builder-fields") {
      for (const fold of form.querySelectorAll("details.part")) fold.open ||= folds.has(foldName(fold));
      focusMoved();
    }
    markWrong();
  });
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(failure, () => {
      unsent = true;
      tell(form.dataset.unsaved);
    });
  }
  document.addEventListener("draft-saved", () => {
    if (frame.contentWindow.location.href !== "about:blank") frame.contentWindow.location.replace(frame.contentWindow.location.href);
  });
  window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    if (event.target.closest(`a[href="${CSS.escape(location.hash)}"]`)) reveal();
  });
  const phone = document.querySelector("[data-preview-phone]");
  phone.hidden = false;
  phone.addEventListener("click", () => {
    phone.setAttribute("aria-pressed", String(frame.classList.toggle("phone")));
  });
  for (const button of form.querySelectorAll("[data-retype]")) document.getElementById(button.dataset.retype).hidden = true;
  reveal();
}
