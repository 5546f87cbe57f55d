// Menus close on Escape and on a click elsewhere; messages can be put away.
// data-menu: a <details>. data-dismissable: what goes; data-dismiss: the button in it (hidden without script).
// data-sign-out: a form; its words are asked while this browser holds ratings that were not sent. What it holds goes.
for (const button of document.querySelectorAll("[data-dismiss]")) button.hidden = false;
document.addEventListener("htmx:load", (event) => {
  for (const button of event.target.querySelectorAll("[data-dismiss]")) button.hidden = false;
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  event.target.closest("[data-dismiss]")?.closest("[data-dismissable]")?.remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("submit", (event) => {
  if (!("signOut" in event.target.dataset)) return;
  const kept = Object.keys(localStorage).filter((key) => /^touchstone-(draft|submit) /.test(key));
  if (kept.some((key) => key.startsWith("touchstone-submit ")) && !confirm(event.target.dataset.signOut)) return event.preventDefault();
  for (const key of kept) localStorage.removeItem(key);
});
