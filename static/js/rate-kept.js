// What a rater has answered and the server does not have yet: kept on this device, and sent when it can be.
// An answer goes to the server as a draft within a second. A submit that finds no network goes out again by itself,
// under the key of its first try, so that it counts once. What is kept bears its owner's name: nothing of one person
// is shown to another at the same browser, and signing out drops it (menus.js).

export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const DAYS_KEPT = 30;
const PATIENCE = 20_000;
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "client_key", "version", "seconds", "tab"]);
const { owner } = document.body.dataset;
let form = null, draft = {}, held = {};

// 1. Words: what happened, for those who do not see it, and what is kept here

export function say(words) {
  const place = find("#said");
  place.textContent = "";  // the same words twice are news too
  setTimeout(() => { place.textContent = words; }, 50);
}

export function wordsOf(place) {
  const copy = place.cloneNode(true);
  for (const key of all("kbd", copy)) key.remove();
  for (const mark of all("span > b:not(:last-child)", copy)) mark.after(" ");  // of a point: what stands apart is read apart
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function tell(words) {
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = words;
  find("[data-refusal]")?.append(note);
  say(words);
}

export function showNetwork(isAway, reason = navigator.onLine ? "unreachable" : "offline") {
  const banner = find("#away"), place = find("[data-words]", banner), words = banner.dataset[held.isWaiting ? "waiting" : reason];
  if (isAway && (banner.hidden || place.textContent !== words)) say(place.textContent = words);
  banner.hidden = !isAway;
}

export function status(name, words = "") {
  const place = find("[data-saved]");
  if (!place) return;
  place.hidden = false;
  place.classList.toggle("alert", name === "unsaved");
  find("svg", place).toggleAttribute("hidden", name !== "saved");
  place.dataset.words ??= place.lastElementChild.firstChild.textContent.trim();
  place.lastElementChild.firstChild.textContent = `${name === "saved" ? place.dataset.words : words || place.dataset[name]} `;
  find("[data-saved-at]", place).textContent = name === "saved" ? words : "";
}

const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

// 2. On this device

const KINDS = ["draft", "submit"];
const keyOf = (kind, url = form.getAttribute("action")) => `touchstone-${kind} ${owner} ${url}`;
const keysOf = (kind) => Object.keys(localStorage).filter((key) => key.startsWith(`touchstone-${kind} `));
const drop = (kind, url) => localStorage.removeItem(keyOf(kind, url));

function keep(kind, content) {
  try { localStorage.setItem(keyOf(kind), JSON.stringify({ ...content, at: new Date().toISOString() })); } catch { /* full: the server's copy must do */ }
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function dropOld() {
  const oldest = new Date(Date.now() - DAYS_KEPT * 86_400_000).toISOString();
  for (const key of KINDS.flatMap(keysOf)) if (!(read(key)?.at > oldest)) localStorage.removeItem(key);
}

const fields = () => [...new FormData(form)].filter(([name]) => !LEFT_OUT.has(name));

function fill(saved) {
  for (const element of form.elements) {
    if (!element.name || LEFT_OUT.has(element.name)) continue;
    const values = saved.filter(([name]) => name === element.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(element.type)) element.checked = values.includes(element.value);
    else element.value = values[0] ?? "";
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

// 3. The draft

export function begin(rating) {
  form = rating;
  clearTimeout(draft.timer);
  clearTimeout(held.timer);
  draft = { url: form?.dataset.draft ?? "", timer: 0, delay: 0, isDirty: false, isSending: false };
  held = { isWaiting: false, timer: 0, delay: 0 };
}

export function touch() {
  letGo();
  if (!draft.url) return;
  draft.isDirty = true;
  keep("draft", { version: Number(form.elements.version.value), fields: fields() });
  if (!draft.timer || draft.delay > 700) schedule(700);
}

function schedule(delay) {
  clearTimeout(draft.timer);
  draft.delay = delay;
  draft.timer = setTimeout(save, delay);
}

const nextVersion = () => { form.elements.version.value = Number(form.elements.version.value) + 1; };

export async function save() {
  const mine = draft, action = form?.getAttribute("action");
  mine.timer = 0;
  if (!mine.isDirty || mine.isSending) return;
  nextVersion();
  [mine.isDirty, mine.isSending] = [false, true];
  status("saving");
  try {
    const response = await fetch(mine.url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    if (response.status >= 500) throw new Error("unreachable");
    if (response.redirected || !response.headers.get("Content-Type").includes("json")) throw new Error("signedOut");  // or a stale token
    const answer = await response.json();
    if (response.ok && !mine.isDirty) drop("draft", action);
    if (mine !== draft) return;
    status(response.ok ? "saved" : "unsaved", response.ok ? answer.saved : answer.message);
    showNetwork(held.isWaiting);
    if (mine.isDirty) schedule(700);
  } catch (error) {
    mine.isDirty = true;
    if (mine !== draft) return;
    status("unsaved");
    showNetwork(true, error.message === "signedOut" ? error.message : undefined);
    schedule(Math.min(30_000, Math.max(2_000, mine.delay * 2)));
  } finally {
    mine.isSending = false;
  }
}

addEventListener("pagehide", () => {
  if (!draft.isDirty) return;
  nextVersion();
  navigator.sendBeacon(draft.url, new FormData(form));
});

export function restore() {
  const copy = draft.url && read(keyOf("draft"));
  if (!copy || JSON.stringify(copy.fields) === JSON.stringify(fields())) return;
  if (copy.version >= Number(form.elements.version.value)) {  // it goes on from what the server has
    fill(copy.fields);
    tell(find("#away").dataset.restored);
    return;
  }
  const offer = find("[data-local]", form);
  offer.hidden = false;
  find("[data-local-at]", offer).textContent = clock(copy.at);
  find("[data-restore]", offer).addEventListener("click", () => { fill(copy.fields); offer.hidden = true; });
  find("[data-discard]", offer).addEventListener("click", () => { drop("draft"); offer.hidden = true; });
}

// 4. The submit

export const isWaiting = () => held.isWaiting;
const send = () => held.isWaiting && form.requestSubmit();

export function hold() {
  held.isWaiting = true;
  keep("submit", { fields: [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken") });
  showNetwork(true);
  clearTimeout(held.timer);
  held.delay = Math.min(30_000, Math.max(2_000, held.delay * 2));
  held.timer = setTimeout(send, held.delay);
}

export function answered({ isTaken = false } = {}) {
  clearTimeout(held.timer);
  held.isWaiting = false;
  drop("submit");
  if (isTaken) {
    draft.isDirty = false;
    drop("draft");
  }
  showNetwork(false);
}

function letGo() {  // answered anew: the first try may have arrived, so the next one is another submit
  if (!held.isWaiting) return;
  answered();
  form.elements.client_key.value = "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));
}

export function resume() {  // what an earlier visit could not send: of the item on the page, and of others
  dropOld();
  const waiting = form && read(keyOf("submit"));
  if (waiting) {
    fill(waiting.fields);
    for (const [name, value] of waiting.fields) if (name === "client_key" || name === "seconds") form.elements[name].value = value;
    held.isWaiting = true;
    send();
  }
  sendOthers();
}

async function sendOthers() {
  const start = keyOf("submit", ""), headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  for (const key of keysOf("submit").filter((one) => one.startsWith(start))) {
    const url = key.slice(start.length), waiting = read(key);
    if (url === form?.getAttribute("action")) continue;
    const body = new URLSearchParams(waiting.fields);
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    if (!response || response.redirected || response.status === 403 || response.status >= 500) return;
    const answer = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const kind of KINDS) drop(kind, url);
    const sent = response.ok ? [find("#away").dataset.sent.replace("{time}", clock(waiting.at))] : [];
    tell([...sent, ...all(".message p, [role=alert] p, p[role=alert]", answer).map(wordsOf)].join(" "));
  }
}

addEventListener("storage", ({ key, newValue }) => {  // another tab has sent it, or signed out
  if (!form || newValue !== null || key !== keyOf("submit")) return;
  clearTimeout(held.timer);
  held.isWaiting = false;
});
addEventListener("offline", () => form && showNetwork(true));
addEventListener("online", () => {
  showNetwork(draft.isDirty || held.isWaiting);
  if (held.isWaiting) return send();
  if (draft.isDirty) return schedule(0);
  return sendOthers();
});
