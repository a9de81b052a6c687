// What a search answered: people, not pictures, each with photo and booking; and what to do next.

import { h } from "../lib/dom.js";
import { address } from "../lib/router.js";
import { session } from "../lib/session.js";
import { probeOf, searchOf } from "../lib/work.js";
import { say, sayCount } from "../lib/words.js";
import { documents } from "../parts/documents.js";
import { bookingFacts, nameOf, photoAge } from "../parts/person.js";
import { photoOf, picture } from "../parts/picture.js";
import { engineFacts, scoreOf, searchLine, uncalibrated } from "../parts/search-facts.js";

const PROBE_WIDTH = 240;
const PHOTO_WIDTH = 144;
const OTHER_WIDTH = 56;

export async function screen({ search: id }, signal) {
  const [answer, probe] = await Promise.all([searchOf(id, signal), probeOf(id, signal)]);
  return h(
    "div",
    { class: "results" },
    h(
      "section",
      { class: "sheet probe-sheet", "aria-label": say("viewer.probe") },
      picture(probe, { searchId: id, label: say("viewer.probe"), width: PROBE_WIDTH, style: "tall" }),
      h("p", { class: "label" }, say("viewer.probe")),
      warnings(answer),
      uncalibrated(answer),
      engineFacts(answer),
    ),
    h(
      "section",
      { class: "candidates" },
      h("h1", {}, heading(answer)),
      searchLine(answer),
      whatNext(answer),
      answer.withheld > 0 && h("p", { class: "quiet-box" }, sayCount("results.withheld", answer.withheld)),
      h("ol", { class: "people" }, answer.candidates.map((one) => person(answer, one))),
      documents(id, { signal }),
    ),
  );
}

const heading = ({ candidates }) =>
  candidates.length ? sayCount("results.title", candidates.length) : say("results.none");

/** "Nobody fits" is as good an answer as any other, so it is the first that is offered. */
function whatNext({ search_id: search, candidates }) {
  if (!session.may("review")) {
    return h("p", { class: "quiet-box" }, say("results.no_review"));
  }
  const to = address("/searches/:search/review", { search });
  return h(
    "div",
    { class: "next" },
    h("a", { class: "button", href: `${to}?none` }, say("results.nobody")),
    candidates.length > 0 && h("a", { class: "button primary", href: to }, say("results.review")),
    h("p", { class: "hint" }, say("results.seen")),
  );
}

function person(answer, candidate) {
  const { search_id: search } = answer;
  const to = address("/searches/:search/compare/:rank", { search, rank: candidate.rank });
  const name = candidate.redacted ? say("person.left_out") : nameOf(candidate.booking);
  const label = say("picture.of_candidate", { rank: candidate.rank });
  const compare = say("results.compare_with", { name });
  const photo = candidate.redacted ? null : photoOf(candidate.external_image_id);
  return h(
    "li",
    { class: "person sheet" },
    picture(photo, { searchId: search, label, width: PHOTO_WIDTH }),
    h(
      "div",
      { class: "person-what" },
      h("h2", {}, h("span", { class: "rank" }, candidate.rank), " ", name),
      photoAge(candidate.taken_at, candidate.booking),
      bookingFacts(candidate, { short: true }),
      others(search, candidate),
    ),
    h(
      "div",
      { class: "person-do" },
      scoreOf(candidate),
      photo && h("a", { class: "button", href: to, "aria-label": compare }, say("results.compare")),
    ),
  );
}

function others(searchId, { other_photos: found, redacted }) {
  if (redacted || found.length === 0) {
    return null;
  }
  const label = say("picture.other");
  const shown = found
    .slice(0, 4)
    .map((one) =>
      picture(photoOf(one.external_image_id), { searchId, label, width: OTHER_WIDTH, style: "small" }),
    );
  return h(
    "div",
    { class: "others" },
    h("p", { class: "label" }, sayCount("results.others", found.length)),
    h("div", { class: "row" }, shown),
  );
}

function warnings({ probe }) {
  return (
    probe.warnings.length > 0 &&
    h("ul", { class: "hints" }, probe.warnings.map((one) => h("li", { lang: "en" }, one)))
  );
}
