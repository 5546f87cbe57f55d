// Light, dark or as the system says. Loaded in the head and not deferred, so that no page flashes.
(() => {
  const KEY = "touchstone-theme";
  const root = document.documentElement;

  const stored = () => {
    try { return localStorage.getItem(KEY) ?? "system"; } catch { return "system"; }
  };
  const apply = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
  };
  const show = (choice) => {
    for (const group of document.querySelectorAll("[data-theme-choices]")) group.hidden = false;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => show(stored()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const choice = button.dataset.themeChoice;
    try { localStorage.setItem(KEY, choice); } catch { /* storage is blocked: this page only */ }
    apply(choice);
    show(choice);
  });
})();
