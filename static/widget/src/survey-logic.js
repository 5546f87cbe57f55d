/**
 * What is asked next, and whether it is asked at all: the same results as in Python, proven on the
 * same cases (tests/surveys/logic_cases.py). Conditions are the trees of core/expressions.py.
 * @typedef {[string, ...any[]]} Ast
 * @typedef {Record<string, any>} Answers
 */

const NUMBER = /^-?\d{1,30}(\.\d{1,30})?$/;

/** @param {any} value @returns {any[]} */
const members = (value) =>
  (Array.isArray(value) ? value : [value]).filter((one) => one != null && one !== "");

/** @param {any} value */
function asNumber(value) {
  if (typeof value === "string") return NUMBER.test(value) ? Number(value) : undefined;
  return typeof value === "number" ? value : undefined;
}

/** @param {string} word @param {any} value @param {string|number} literal */
function compare(word, value, literal) {
  let left = String(value);
  let right = String(literal);
  if (typeof value === "number" || typeof literal === "number") {
    left = /** @type {any} */ (asNumber(value));
    right = /** @type {any} */ (asNumber(literal));
    if (left === undefined || right === undefined) return word === "!=";
  }
  switch (word) {
    case "==": return left === right;
    case "!=": return left !== right;
    case "<": return left < right;
    case "<=": return left <= right;
    case ">": return left > right;
    default: return left >= right;
  }
}

/** @param {Answers} values @param {string} name @returns {any} */
function lookup(values, name) {
  if (values === null || typeof values !== "object") return undefined;
  if (Object.hasOwn(values, name)) return values[name];
  const dot = name.indexOf(".");
  return dot < 0 ? undefined : lookup(values[name.slice(0, dot)], name.slice(dot + 1));
}

/** @param {Ast} ast @param {Answers} values @returns {boolean} */
export function holds([word, ...rest], values) {
  if (word === "and") return rest.every((part) => holds(part, values));
  if (word === "or") return rest.some((part) => holds(part, values));
  if (word === "not") return !holds(rest[0], values);
  const found = members(lookup(values, rest[0]));
  if (word === "empty") return !found.length;
  if (word === "in") return found.some((one) => rest[1].some((/** @type {any} */ literal) => compare("==", one, literal)));
  if (word === "!=") return found.length > 0 && found.every((one) => compare(word, one, rest[1]));
  return found.some((one) => compare(word, one, rest[1]));
}

/**
 * Walk through the survey with these answers. What is not asked counts for no condition.
 * @param {any[]} pages
 * @param {Answers} answers
 */
export function walk(pages, answers) {
  /** @type {Answers} */
  const kept = {};
  const fits = (/** @type {any} */ owner) => !owner.visibleIf || holds(owner.visibleIf, kept);
  const shown = [];
  for (const page of pages) {
    if (!fits(page)) continue;
    const elements = [];
    for (const element of page.elements) {
      if (!fits(element)) continue;
      const isRequired = element.required || (element.requiredIf && holds(element.requiredIf, kept));
      elements.push({ element, required: Boolean(isRequired) });
      for (const name of [element.name, element.name + "-Comment"]) {
        if (Object.hasOwn(answers, name)) kept[name] = answers[name];
      }
    }
    if (elements.length) shown.push({ page, elements });
  }
  return { shown, kept };
}

/**
 * Every permutation as likely as any other; what stays last stays.
 * @param {any[]} options
 */
export function shuffled(options) {
  const moving = options.filter((one) => !one.exclusive && !one.other);
  for (let last = moving.length - 1; last > 0; last--) {
    const other = Math.floor((crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * (last + 1));
    [moving[last], moving[other]] = [moving[other], moving[last]];
  }
  return [...moving, ...options.filter((one) => one.exclusive || one.other)];
}

const DAY = 864e5;

/**
 * As surveys/sampling.py, save for the cap of a day, which the server knows.
 * @param {{salt: string, p: number, cooldown_days: number}} survey
 * @param {number} projectDays
 * @param {string} who
 * @param {Record<string, number>} past moments by survey; "" is the last of any
 * @param {string} slug
 * @param {number} now
 */
export function whyNotAsked(survey, projectDays, who, past, slug, now) {
  if (!isSampled(who, survey.salt, survey.p)) return "sample";
  if (past[slug] && now - past[slug] < survey.cooldown_days * DAY) return "cooldown";
  if (past[""] && now - past[""] < projectDays * DAY) return "project_cooldown";
  return "";
}

/** @param {string} who @param {string} salt @param {number} p */
export function isSampled(who, salt, p) {
  return BigInt("0x" + sha256(salt + "\0" + who).slice(0, 16)) < p * 2 ** 64;
}

/** The browser's own waits for a promise, and is missing on pages without HTTPS. @param {string} text */
export function sha256(text) {
  const bytes = [...new TextEncoder().encode(text)];
  const bits = bytes.length * 8;
  bytes.push(128);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let shift = 56; shift >= 0; shift -= 8) bytes.push(Math.floor(bits / 2 ** shift) & 255);
  const fraction = (/** @type {number} */ root) => ((root % 1) * 2 ** 32) | 0;
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const k = primes.map((prime) => fraction(Math.cbrt(prime)));
  let hash = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const turn = (/** @type {number} */ x, /** @type {number} */ n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < bytes.length; at += 64) {
    const w = [];
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        const from = at + i * 4;
        w[i] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
      } else {
        const [x, y] = [w[i - 15], w[i - 2]];
        w[i] = (w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    hash = [a, b, c, d, e, f, g, h].map((value, i) => (value + hash[i]) | 0);
  }
  return hash.map((value) => (value >>> 0).toString(16).padStart(8, "0")).join("");
}
