// Shows the widget's states without sending: this page's own requests for ingest are answered here.
const ask = window.fetch;
window.fetch = (address, options) =>
  String(address).endsWith("/v1/ingest")
    ? Promise.resolve(Response.json({ accepted: 1, duplicate: 0, errors: [] }, { status: 202 }))
    : ask(address, options);
document.addEventListener("touchstone:impression", (event) => event.preventDefault());

customElements.whenDefined("touchstone-feedback").then(async () => {
  window.touchstone.init({ storage: "memory", consent: "none" });
  navigator.sendBeacon = () => true;
  const key = document.querySelector("touchstone-feedback").getAttribute("project-key");
  await ask(`/v1/config/${key}`).catch(Object); // the published words are there before a state is shown
  await new Promise((done) => { setTimeout(done, 200); });
  for (const element of document.querySelectorAll("[data-preview]")) {
    const state = element.dataset.preview;
    const detail = { type: "feedback", value: element.getAttribute("value") || "down" };
    if (state === "open") element.shadowRoot.querySelector('[part="down"]').click();
    else element.dispatchEvent(new CustomEvent(`touchstone:${state}`, { detail }));
  }
});
