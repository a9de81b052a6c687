// Past searches, of a case or all: each as it was answered, whether anybody was found or not.

import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { address } from "../lib/router.js";
import { session } from "../lib/session.js";
import { dayTime, say, sayCount, sayOr } from "../lib/words.js";
import { askedList } from "../parts/asked-list.js";
import { field } from "../parts/fields.js";
import { pagedList } from "../parts/paged-list.js";

let asked = null; // the case that was asked for last in this session; null: none was

session.addEventListener("end", () => (asked = null));

/** Nothing is asked before somebody says so: whoever has seen an answer reviews it blind no more. */
export async function screen(_, signal) {
  const caseNumber = field(
    say("field.case_number"),
    h("input", { type: "text", name: "case_number", autocomplete: "off", maxLength: 100 }),
    { hint: say("searches.all_hint") },
  );
  caseNumber.control.value = asked ?? "";
  const list = askedList([caseNumber], say("list.show"), () => {
    asked = caseNumber.control.value.trim();
    return found(asked, signal);
  });
  if (asked !== null) {
    await list.ask();
  }
  return h(
    "div",
    { class: "work" },
    h("h1", {}, say("searches.title")),
    session.may("review") && h("p", { class: "quiet-box" }, say("searches.not_blind")),
    list.element,
  );
}

/** List the searches of a case, each page of the same one; of every case where none is named. */
function found(caseNumber, signal) {
  const query = { case_number: caseNumber || null };
  const ask = (after) => get("/searches", { query: { ...query, after }, signal });
  const empty = say(caseNumber ? "searches.none_of_case" : "searches.none");
  return pagedList(ask, row, { label: say("searches.title"), empty });
}

function row(answer) {
  const { search_id: search, candidates } = answer;
  const outcome = candidates.length
    ? sayCount("results.title", candidates.length)
    : say("results.none");
  const facts = [
    sayOr(`purpose.${answer.purpose}`, answer.purpose),
    dayTime(answer.searched_at),
    answer.requested_by && say("searches.for", { name: answer.requested_by }),
  ];
  return h(
    "li",
    { class: "sheet row-item" },
    h("h2", {}, answer.case_number ?? say("searches.no_case")),
    h("p", { class: "outcome" }, h("a", { href: address("/searches/:search", { search }) }, outcome)),
    h("p", { class: "hint" }, facts.filter(Boolean).join(" · ")),
    answer.withheld > 0 && h("p", { class: "hint" }, sayCount("results.withheld", answer.withheld)),
    session.may("review") &&
      h(
        "p",
        {},
        h("a", { href: address("/searches/:search/review", { search }) }, say("searches.review")),
      ),
  );
}
