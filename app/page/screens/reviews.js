// The queue of reviews: what awaits something, and what became of the others, whatever it was.

import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { address } from "../lib/router.js";
import { session } from "../lib/session.js";
import { ago, number, say } from "../lib/words.js";
import { askedList } from "../parts/asked-list.js";
import { field } from "../parts/fields.js";
import { pagedList } from "../parts/paged-list.js";

/** In the order of the API's `ReviewState`. */
const STATES = [
  "awaiting_probe",
  "in_review",
  "disagreement",
  "awaiting_release",
  "lead_released",
  "not_released",
  "no_lead",
  "inconclusive",
  "unsuitable",
];

const asked = { state: "", case_number: "" }; // of this session: what "back" comes back to

session.addEventListener("end", () => Object.assign(asked, { state: "", case_number: "" }));

export async function screen(_, signal) {
  const states = STATES.map((one) => h("option", { value: one }, say(`state.${one}`)));
  const state = field(
    say("reviews.state"),
    h("select", { name: "state" }, h("option", { value: "" }, say("reviews.open")), states),
    { required: true },
  );
  const caseNumber = field(
    say("field.case_number"),
    h("input", { type: "text", name: "case_number", autocomplete: "off", maxLength: 100 }),
  );
  state.control.value = asked.state;
  caseNumber.control.value = asked.case_number;
  const list = askedList([state, caseNumber], say("list.show"), () => {
    asked.state = state.control.value;
    asked.case_number = caseNumber.control.value.trim();
    return queue(signal);
  });
  await list.ask();
  return h("div", { class: "work" }, h("h1", {}, say("reviews.title")), list.element);
}

function queue(signal) {
  const { state, case_number } = asked;
  const wanted = { state: state || null, case_number: case_number || null };
  const ask = (after) => get("/reviews", { query: { ...wanted, after }, signal });
  const empty = say(state || case_number ? "reviews.none_such" : "reviews.none");
  return pagedList(ask, row, { label: say("reviews.title"), empty });
}

function row(review) {
  const { search_id: search, answers, reviewers } = review;
  const told = say("reviews.answers", { n: number(answers), of: number(reviewers) });
  const awaits = review.you_may.filter((one) => one !== "probe" || review.state === "awaiting_probe");
  return h(
    "li",
    { class: "sheet row-item" },
    h(
      "h2",
      {},
      h(
        "a",
        { href: address("/searches/:search/review", { search }) },
        review.case_number ?? say("searches.no_case"),
      ),
    ),
    h("p", { class: "outcome" }, say(`state.${review.state}`)),
    h("p", { class: "hint" }, [say("reviews.opened", { ago: ago(review.opened_at) }), told].join(" · ")),
    awaits.length > 0 &&
      h("p", { class: "row" }, awaits.map((one) => h("span", { class: "badge" }, say(`step.${one}`)))),
  );
}
