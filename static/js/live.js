// data-live: a part that asks for itself now and then. It rests while nobody sees the page,
// and asks at once ("seen") when somebody does again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if ("live" in event.target.dataset && document.hidden) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new Event("seen"));
});
