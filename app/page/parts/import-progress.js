// How far an import is: counts, speed, time left, and what stopped it.

import { h } from "../lib/dom.js";
import { dayTime, locale, number, say } from "../lib/words.js";

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function importProgress(run) {
  const { counts, trouble, estimate } = run;
  const done = counts.total - counts.waiting;
  return [
    trouble && h("p", { class: "problem", lang: "en" }, trouble),
    bar(run, done),
    h("dl", { class: "facts counts" }, facts(run, done)),
    estimate && h("p", { class: "quiet-box" }, foretold(estimate)),
    h("p", { class: "hint" }, say("imports.started", { when: dayTime(run.started_at), who: run.started_by })),
  ];
}

function bar({ counts, is_listed: isListed }, done) {
  const told = isListed
    ? say("import.done_of", { done: number(done), total: number(counts.total) })
    : say("import.listing", { done: number(done), total: number(counts.total) });
  const known = isListed ? { value: done, max: Math.max(counts.total, 1) } : {};
  return h(
    "div",
    { class: "import-bar" },
    h("progress", { "aria-label": told, ...known }),
    h("p", {}, told),
  );
}

function facts({ counts, state, ...run }) {
  const isOn = state === "running";
  const rows = [
    ["indexed", number(counts.indexed)],
    ["skipped", number(counts.skipped)],
    ["failed", number(counts.failed)],
    ["waiting", number(counts.waiting)],
    ["rate", isOn && run.rate_now !== null && say("import.a_second", { n: number(run.rate_now, 1) })],
    ["left", isOn && run.seconds_left !== null && duration(run.seconds_left)],
    ["workers", isOn && number(run.workers.length)],
  ];
  return rows
    .filter(([, value]) => value)
    .map(([key, value]) => h("div", {}, h("dt", {}, say(`count.${key}`)), h("dd", {}, value)));
}

function foretold({ photos, seconds, dollars }) {
  const told = [
    say("import.foretold", { n: number(photos) }),
    seconds !== null && say("import.would_take", { time: duration(seconds) }),
    dollars !== null && say("import.would_cost", { n: number(dollars, 2) }),
  ];
  return told.filter(Boolean).join(" ");
}

/** Tell a span of time in its largest unit. */
function duration(seconds) {
  const [unit, size] = UNITS.find(([, one]) => seconds >= one) ?? UNITS.at(-1);
  const form = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(locale(), form).format(seconds / size);
}
