// Decide: whether the probe can be compared, then what is made of the candidates. "None of these" is
// the first answer that is offered. Until it is given the API shows pictures alone, in no order.

import { get, post } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { address } from "../lib/router.js";
import { session } from "../lib/session.js";
import { say, sayOr } from "../lib/words.js";
import { busy, isBusy } from "../parts/busy.js";
import { documents } from "../parts/documents.js";
import { answerForm } from "../parts/review-answer.js";
import { KeptText } from "../parts/review-kept.js";
import { probeDecision } from "../parts/review-probe.js";
import { closeForm, releaseForm } from "../parts/review-release.js";
import { standing } from "../parts/review-standing.js";
import { searchLine } from "../parts/search-facts.js";

export async function screen({ search: id }, signal) {
  const path = `/searches/${encodeURIComponent(id)}/reviews`;
  const place = h("div", { class: "review", onlookagain: ({ target }) => lookAgain(target) });
  const told = h("div", { class: "told" });
  const kept = new KeptText();
  const above = [told, kept.element];
  const show = (review) => fill(place, drawn(review, { path, signal, show, above }));
  const lookAgain = async (button) => {
    const look = () => get(path, { signal });
    const review = isBusy(button) ? null : await busy(look, { button, place: told });
    if (review) {
      kept.add(place);
      show(review);
    }
    toTop(signal);
  };
  show(await get(path, { signal }));
  return place;
}

function drawn(review, { path, signal, show, above }) {
  const decide = async (body, step = "") => {
    show(await post(path + step, { body, signal }));
    toTop(signal);
  };
  const may = (step) => review.you_may.includes(step);
  return [
    h("h1", { tabIndex: -1 }, say("review.title")),
    h("div", {}, searchLine(review), rules(review)),
    h("p", { class: "state", role: "status" }, sayOr(`state.${review.state}`, review.state)),
    above,
    may("probe") && onProbe(review, (body) => decide(body, "/probe")),
    may("answer") && review.candidates !== null && onCandidates(review, decide),
    isNotTaken(review) && h("p", { class: "quiet-box" }, say("error.reviewer_not_blind")),
    may("release") && releaseForm(review, (body) => decide(body, "/release")),
    may("close") && closeForm((body) => decide(body, "/close")),
    standing(review),
    documents(review.search_id, { signal, blind: review.blind }),
    ways(review),
  ];
}

const AWAITS_ANSWERS = new Set(["in_review", "disagreement"]);

/** Whether a reviewer could answer, had they not seen what colours it. */
const isNotTaken = ({ you_may: steps, state }) =>
  AWAITS_ANSWERS.has(state) && steps.includes("probe") && !steps.includes("answer");

/** Whoever is elsewhere by now, as `signal` says, stays where they are. */
function toTop(signal) {
  if (!signal.aborted) {
    document.querySelector("#main h1")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

/** Where to go from here; the candidates show names, which whoever is blind has yet to see. */
function ways({ search_id: search, blind }) {
  const way = (path, key, parameters) => h("a", { class: "button", href: address(path, parameters) }, say(key));
  const maySearch = session.may("search");
  return h(
    "nav",
    { class: "row", "aria-label": say("review.ways") },
    maySearch && !blind && way("/searches/:search", "compare.all", { search }),
    way("/reviews", "review.all"),
    maySearch && way("/ask", "review.search_again"),
  );
}

/** What this review needs, and who is taken for its reviewer. */
function rules({ rules: { reviewers, corroboration_required: evidence }, reviewer }) {
  const told = [
    reviewers > 1 && say("review.reviewers", { n: reviewers }),
    evidence && say("review.evidence"),
    reviewer && say("review.you", { name: reviewer }),
  ];
  return h("p", { class: "hint" }, told.filter(Boolean).join(" "));
}

function onProbe(review, send) {
  const decided = review.entries.findLast((one) => one.probe);
  return decided
    ? correction("review.correct_probe", () => probeDecision(review, corrected(send, decided)))
    : probeDecision(review, send);
}

function onCandidates(review, send) {
  const own = review.entries.findLast((one) => one.answer && one.reviewer === review.reviewer);
  return own
    ? correction("review.correct_answer", () => answerForm(review, corrected(send, own)))
    : answerForm(review, send);
}

/** What was recorded stays on record; a correction names what it takes the place of. */
const corrected = (send, { number }) => (body) => send({ ...body, corrects: number });

/** The form is drawn when it is opened: its pictures are looks, which are recorded. */
function correction(key, form) {
  const place = h("div", {});
  const draw = () => !place.hasChildNodes() && fill(place, form());
  return h("details", { class: "correction", ontoggle: draw }, h("summary", {}, say(key)), place);
}
