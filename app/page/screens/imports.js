// The back-fill: which imports there were, which one runs, and how a new one is started.

import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { address } from "../lib/router.js";
import { dayTime, say } from "../lib/words.js";
import { importForm } from "../parts/import-form.js";
import { pagedList } from "../parts/paged-list.js";

export async function screen(_, signal) {
  const ask = (after) => get("/imports", { query: { after, limit: 20 }, signal });
  const list = await pagedList(ask, row, { label: say("imports.title"), empty: say("imports.none") });
  return h(
    "div",
    { class: "work" },
    h("h1", {}, say("imports.title")),
    list,
    h("details", { class: "correction" }, h("summary", {}, say("imports.start")), importForm()),
  );
}

function row({ import_id: run, source, state, trouble, dry_run: isTrial, ...one }) {
  const facts = [
    say("imports.started", { when: dayTime(one.started_at), who: one.started_by }),
    one.ended_at && say("imports.ended", { when: dayTime(one.ended_at) }),
    isTrial && say("imports.trial"),
  ];
  const named = [say(`source.${source.kind}`), source.location].filter(Boolean).join(": ");
  return h(
    "li",
    { class: "sheet row-item" },
    h("h2", { class: "long" }, h("a", { href: address("/imports/:run", { run }) }, named)),
    h("p", { class: "outcome" }, say(`run.${state}`)),
    trouble && h("p", { class: "wrong", lang: "en" }, trouble),
    h("p", { class: "hint" }, facts.filter(Boolean).join(" · ")),
  );
}
