// Menus close on Escape and on a click elsewhere; messages can be put away.
// data-menu: a <details>. data-dismissable: what goes; data-dismiss: the button in it (hidden without script).
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
