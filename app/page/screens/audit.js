// For auditors: who asked how much and why, what was refused, and whether the record is whole.

import { get } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { number, say } from "../lib/words.js";
import { askedList } from "../parts/asked-list.js";
import { auditTables } from "../parts/audit-tables.js";
import { busy, isBusy } from "../parts/busy.js";
import { field } from "../parts/fields.js";

export async function screen(_, signal) {
  const day = (name) => h("input", { type: "date", name });
  const since = field(say("audit.since"), day("since"), { hint: say("audit.since_hint") });
  const until = field(say("audit.until"), day("until"), { hint: say("audit.until_hint") });
  const ask = async () => {
    const query = {
      since: startOf(since.control.value),
      until: startOf(until.control.value, 1),
    };
    return auditTables(await get("/audit/report", { query, signal }));
  };
  const report = askedList([since, until], say("list.show"), ask);
  await report.ask();
  return h(
    "div",
    { class: "work" },
    h("h1", {}, say("audit.title")),
    h("p", { class: "lede" }, say("audit.what")),
    report.element,
    wholeness(signal),
  );
}

/** When a day begins by the reader's clock, or one so many days later: not each has 24 hours. */
function startOf(day, later = 0) {
  if (!day) {
    return null;
  }
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  return start.toISOString();
}

/** Follow the chain of hashes through the whole record. */
function wholeness(signal) {
  const told = h("div", { class: "told" });
  const place = h("div", { role: "status" });
  const verify = async () => fill(place, verdict(await verified(signal)));
  const start = () =>
    isBusy(button) || busy(verify, { button, place: told, text: say("audit.verifying") });
  const button = h("button", { type: "button", onclick: start }, say("audit.verify"));
  return h(
    "section",
    { class: "sheet", "aria-label": say("audit.whole_title") },
    h("h2", {}, say("audit.whole_title")),
    h("p", { class: "hint" }, say("audit.whole_what")),
    button,
    told,
    place,
  );
}

async function verified(signal) {
  const all = { records: 0, found: 0, findings: [] };
  for (let after = 0; after !== null; ) {
    const part = await get("/audit/verify", { query: { after }, signal });
    all.records += part.records;
    all.found += part.found;
    all.findings.push(...part.findings);
    after = part.next;
  }
  return all;
}

function verdict({ records, found, findings }) {
  const n = number(records);
  return found === 0
    ? h("p", { class: "good" }, say("audit.is_whole", { n }))
    : h(
        "div",
        { class: "problem" },
        h("p", {}, say("audit.is_not_whole", { n, found: number(found) })),
        h(
          "ul",
          { lang: "en" },
          findings.slice(0, 20).map((one) => h("li", {}, `${one.number}: ${one.fault}. ${one.detail}`)),
        ),
      );
}
