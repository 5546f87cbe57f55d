// What a reader chose in one row of names is chosen in the others of the page, and what they look at stays in its place.
// data-part: the name's key; details that load plots when they open are opened by hand only.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest(".one-of > details > summary")?.parentElement;
  if (!chosen || chosen.open) return;
  const top = chosen.firstElementChild.getBoundingClientRect().top;
  for (const other of document.querySelectorAll(".one-of > details[data-part]")) {
    if (other === chosen || other.dataset.part !== chosen.dataset.part) continue;
    if (other.dataset.figures === undefined || other.parentElement.querySelector(":scope > [open]")) other.open = true;
  }
  scrollBy({ top: chosen.firstElementChild.getBoundingClientRect().top - top, behavior: "instant" });
});
