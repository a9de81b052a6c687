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
import { ReviewForms } from "../parts/review-forms.js";
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
  const forms = new ReviewForms();
  const show = (review) => {
    forms.turn();
    const shown = drawn(review, { path, signal, show, above, forms });
    forms.gone().forEach((one) => kept.add(one));
    fill(place, shown);
  };
  const lookAgain = async (button) => {
    const look = () => get(path, { signal });
    const review = isBusy(button) ? null : await busy(look, { button, place: told });
    if (review) {
      forms.endAll();
      show(review);
    }
    toTop(signal);
  };
  show(await get(path, { signal }));
  return place;
}

function drawn(review, { path, signal, show, above, forms }) {
  const record = (step) => async (body) => {
    const now = await post(path + PATHS[step], { body, signal });
    forms.end(step);
    show(now);
    toTop(signal);
  };
  const form = (step, draw, from) =>
    review.you_may.includes(step) && forms.of(step, from, () => draw(review, record(step)));
  const { candidates, leads, released } = review;
  return [
    h("h1", { tabIndex: -1 }, say("review.title")),
    h("div", {}, searchLine(review), rules(review)),
    h("p", { class: "state", role: "status" }, sayOr(`state.${review.state}`, review.state)),
    above,
    form("probe", onProbe, decided(review)),
    candidates !== null && form("answer", onCandidates, [own(review), candidates, review.blind]),
    isNotTaken(review) && h("p", { class: "quiet-box" }, say("error.reviewer_not_blind")),
    form("release", releaseForm, [leads, released, candidates, review.rules]),
    form("close", closeForm, null),
    standing(review),
    documents(review.search_id, { signal, blind: review.blind }),
    ways(review),
  ];
}

/** Where each step is recorded, below the review. */
const PATHS = { probe: "/probe", answer: "", release: "/release", close: "/close" };

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
  const before = decided(review);
  return before
    ? correction("review.correct_probe", () => probeDecision(review, corrected(send, before)))
    : probeDecision(review, send);
}

function onCandidates(review, send) {
  const before = own(review);
  return before
    ? correction("review.correct_answer", () => answerForm(review, corrected(send, before)))
    : answerForm(review, send);
}

/** The decision on the probe that counts; undefined: there is none. */
const decided = ({ entries }) => entries.findLast((one) => one.probe);

/** The answer that counts of whoever looks; undefined: there is none. */
const own = ({ entries, reviewer }) =>
  entries.findLast((one) => one.answer && one.reviewer === reviewer);

/** What was recorded stays on record; a correction names what it takes the place of. */
const corrected = (send, { number }) => (body) => send({ ...body, corrects: number });

/** The form is drawn when it is opened: its pictures are looks, which are recorded. */
function correction(key, form) {
  const place = h("div", {});
  const draw = () => !place.hasChildNodes() && fill(place, form());
  return h("details", { class: "correction", ontoggle: draw }, h("summary", {}, say(key)), place);
}
