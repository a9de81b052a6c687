// The page's words in the reader's language, and how dates, ages and numbers are told in it.

import { OFFLINE, Problem } from "./problem.js";

/** The languages that there are words in: each a file in `text/`. */
export const LANGUAGES = { en: "English", es: "Español" };

const DAY = 86_400_000;
const YEAR = 365.2425 * DAY;
const MONTH = YEAR / 12;
const EXACT_YEARS = 10; // up to which months are told beside them
let words = {};
let language = "en";

export const spoken = () => language;

/** How numbers and dates are written: as in the United States, in Spanish too ("es" alone writes 12.345). */
export const locale = () => `${language}-US`;

/**
 * Speak a language once its words are here, the browser's own where none is named; return whether `isWanted`,
 * asked then, says so. Raises Problem `offline`.
 */
export async function speak(code = preferred(), isWanted = () => true) {
  const read = (answer) => (answer.ok ? answer.json() : Promise.reject());
  const found = await fetch(new URL(`../text/${code}.json`, import.meta.url))
    .then(read)
    .catch(() => Promise.reject(new Problem(OFFLINE)));
  if (!isWanted()) {
    return false;
  }
  [words, language] = [found, code];
  document.documentElement.lang = code;
  return true;
}

/** Say a text; `{name}` in it becomes the value of that name, whose full stop is the sentence's too. */
export function say(key, values = {}) {
  const text = words[key];
  if (text === undefined) {
    throw new RangeError(`no text: ${key}`);
  }
  return text.replace(/\{(\w+)\}(\.?)/g, (_, name, stop) => {
    const value = String(values[name]);
    return value.endsWith(".") ? value : value + stop;
  });
}

export const hasText = (key) => key in words;

/** Say a text where there is one, else what the API calls it. */
export const sayOr = (key, otherwise) => (hasText(key) ? say(key) : otherwise);

/** Say a text that depends on a number: `key.one` or `key.other`, which both may have `{n}`. */
export function sayCount(key, n) {
  const form = new Intl.PluralRules(locale()).select(n) === "one" ? "one" : "other";
  return say(`${key}.${form}`, { n: number(n) });
}

export const number = (n, digits = 0) =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(n);

export const score = (n) =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(n);

export const day = (moment) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(moment));

/** Tell a moment with its zone: what is printed or photographed is read elsewhere, too. */
export const dayTime = (moment) =>
  new Intl.DateTimeFormat(locale(), DAY_TIME).format(new Date(moment));

/** As `dateStyle: "medium"` with `timeStyle: "short"`, which no zone can be put to. */
const DAY_TIME = {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
};

/** Tell a calendar day (`1990-05-01`), which is the same day everywhere. */
export const dateOnly = (date) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );

/** Whole years from a date to now. */
export const yearsSince = (moment, now = Date.now()) =>
  Math.floor((now - new Date(moment).getTime()) / YEAR);

/** Tell how long ago something was: years and months, or in the largest unit that fits. */
export function ago(moment, now = Date.now()) {
  const past = now - new Date(moment).getTime();
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "always" });
  const [years, months] = [Math.floor(past / YEAR), Math.floor((past % YEAR) / MONTH)];
  if (years > 0 && years < EXACT_YEARS && months > 0) {
    return say("time.years_months", { years: span(years, "year"), months: span(months, "month") });
  }
  if (past >= YEAR) {
    return format.format(-Math.floor(past / YEAR), "year");
  }
  if (past >= MONTH) {
    return format.format(-Math.floor(past / MONTH), "month");
  }
  return past >= DAY ? format.format(-Math.floor(past / DAY), "day") : say("time.today");
}

const span = (n, unit) =>
  new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(n);

function preferred() {
  const known = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  return known.find((one) => one in LANGUAGES) ?? "en";
}
