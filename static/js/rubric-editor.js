// The rubric editor beyond its form: data-rubric-editor. Without it every button still works, by a page load.
// data-opens="name": a fold whose state is sent under that name. data-kinds: shown for these scales, or when filled.
// data-touch: the field that speaks for a change made by a button. Ctrl+S or Cmd+S saves.
const form = document.querySelector("[data-rubric-editor]");

const filled = (part) => "filled" in part.dataset || [...part.querySelectorAll("input[type=text], textarea")].some((field) => field.value);

function showFitting(criterion) {
  const kind = criterion.querySelector("select[name$='.kind']").value;
  for (const part of criterion.querySelectorAll("[data-kinds]")) {
    part.hidden = !part.dataset.kinds.split(" ").includes(kind) && !filled(part);
  }
}

function showAllFitting() {
  for (const criterion of form.querySelectorAll(".criterion-fields")) showFitting(criterion);
}

function touch() {
  form.querySelector("[data-touch]").dispatchEvent(new Event("input", { bubbles: true }));
}

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (target) target.scrollIntoView({ block: "center" });
}

if (form) {
  form.addEventListener("toggle", (event) => {
    const name = event.target.dataset.opens;
    if (name) event.target.querySelector(`input[name="${CSS.escape(name)}"]`).value = event.target.open ? "1" : "";
  }, true);
  form.addEventListener("change", (event) => {
    if (event.target.name.endsWith(".kind")) showFitting(event.target.closest(".criterion-fields"));
  });
  form.addEventListener("input", () => {
    form.querySelector("[data-unsaved-mark]").hidden = false;
  });
  form.addEventListener("htmx:afterSwap", () => {
    showAllFitting();
    touch();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  });
  window.addEventListener("hashchange", reveal);
  showAllFitting();
  reveal();
  if ("unsaved" in form.dataset) touch();
}
