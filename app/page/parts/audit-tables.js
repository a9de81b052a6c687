// The weekly report of the audit as tables.

import { h } from "../lib/dom.js";
import { dayTime, number, say, sayOr } from "../lib/words.js";
import { table } from "./table.js";

const SHA256 = 12; // characters that are shown of it

const COLUMNS = {
  user: (row) => row.user || "–",
  on_behalf_of: (row) => row.on_behalf_of || "–",
  purpose: (row) => (row.purpose ? sayOr(`purpose.${row.purpose}`, row.purpose) : "–"),
  times: (row) => row.times,
  off_hours: (row) => row.off_hours,
  without_case: (row) => row.without_case,
  action: (row) => h("code", {}, row.action || "–"),
  outcome: (row) => h("code", {}, row.outcome),
  address: (row) => row.address || "–",
  photo: (row) => h("code", { title: row.photo_sha256 }, row.photo_sha256.slice(0, SHA256)),
  users: (row) => row.users.join(", "),
  cases: (row) => row.cases.join(", ") || "–",
};

const TABLES = [
  ["searches", ["user", "on_behalf_of", "purpose", "times", "off_hours", "without_case"]],
  ["repeated_probes", ["photo", "users", "cases", "times"]],
  ["denied", ["user", "address", "action", "outcome", "times"]],
  ["failed", ["action", "outcome", "times"]],
  ["other", ["user", "action", "times", "off_hours"]],
];

/** Return every table that has rows; that there are none is said as plainly. Its `told` says of which time. */
export function auditTables(report) {
  const span = { since: dayTime(report.since), until: dayTime(report.until), n: number(report.records) };
  const told = say("audit.span", span);
  const made = h(
    "div",
    { class: "audit-report" },
    h("p", { class: "state" }, told),
    report.unreadable > 0 &&
      h("p", { class: "problem" }, say("audit.unreadable", { n: number(report.unreadable) })),
    TABLES.map(([name, columns]) => one(name, columns, report[name])),
  );
  return Object.assign(made, { told });
}

function one(name, columns, rows) {
  const title = say(`report.${name}`);
  if (rows.length === 0) {
    return h("p", { class: "quiet-box" }, say("report.none", { title }));
  }
  const ranked = rows.toSorted((a, b) => b.times - a.times);
  const shown = columns.map((key) => ({ label: say(`column.${key}`), of: COLUMNS[key] }));
  return h("div", { class: "sheet" }, table(title, shown, ranked));
}
