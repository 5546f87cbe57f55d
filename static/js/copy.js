// Copies a text that is also readable on the page. data-copy="selector" on a button (hidden without script);
// data-copied="words" is said when it is done.
const show = (root) => { for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false; };

show(document);
document.addEventListener("htmx:load", (event) => show(event.target));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    source.select?.();
    return;
  }
  const words = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = words; }, 2000);
});
