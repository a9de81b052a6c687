// Where a review stands: what was recorded, by whom, as far as whoever looks may see it.

import { h } from "../lib/dom.js";
import { dayTime, number, say } from "../lib/words.js";
import { candidateFacts, candidateName, smallPicture } from "./review-known.js";

const CONCLUSIONS = ["possible_lead", "inconclusive", "not_pursued"]; // what matters most first
const OBSERVATIONS = ["similar", "different", "not_visible"];

/** Return the entries of a review, oldest first; null while there is none. */
export function standing(review) {
  if (review.entries.length === 0) {
    return null;
  }
  return h(
    "section",
    { class: "sheet" },
    h("h2", {}, say("standing.title")),
    hasFallen(review) && h("p", { class: "problem" }, say("standing.release_fell")),
    h("ol", { class: "entries" }, review.entries.map((one) => entry(review, one))),
  );
}

/** Whether what was released is not agreed on any more; of nothing released the API says so, too. */
const hasFallen = ({ released, release_stands: stands }) => released.length > 0 && !stands;

function entry(review, { number: n, at, reviewer, corrects, ...said }) {
  const later = review.entries.find((one) => one.corrects === n);
  return h(
    "li",
    { class: later ? "superseded" : null },
    later && h("p", { class: "badge" }, say("entry.superseded", { n: number(later.number) })),
    h("p", {}, h("strong", {}, told(review, said)), corrects && ` ${say("entry.corrects", { n: number(corrects) })}`),
    h("p", { class: "hint" }, `${number(n)} · ${reviewer} · ${dayTime(at)}`),
    said.answer && !said.answer.blind && h("p", { class: "hint" }, say("entry.not_blind")),
    notesOf(said) && h("p", { class: "long" }, notesOf(said)),
    said.release && released(review, said.release.candidate),
    said.release?.corroboration && evidence(said.release.corroboration),
    said.answer && findings(review, said.answer),
  );
}

function told(review, { probe, answer, release }) {
  if (probe) {
    const reasons = probe.reasons.map((one) => say(`fault.${one}`)).join("; ");
    return [say(`entry.${probe.suitability}`), reasons].filter(Boolean).join(" – ");
  }
  if (answer) {
    return answer.none_of_these ? say("entry.none") : counted(answer.findings);
  }
  return release
    ? say("entry.release", { who: candidateName(review, release.candidate) })
    : say("entry.close");
}

function counted(found) {
  const count = (conclusion) => found.filter((one) => one.conclusion === conclusion).length;
  const made = CONCLUSIONS.filter(count);
  return made.map((one) => `${say(`conclusion.${one}`)}: ${number(count(one))}`).join(" · ");
}

/** Every finding with what the search knew of the person beside it. */
function findings(review, { findings: found }) {
  const ranked = CONCLUSIONS.flatMap((how) => found.filter((one) => one.conclusion === how));
  const rows = ranked.map((one) => {
    const name = candidateName(review, one.candidate);
    const facts = candidateFacts(review, one.candidate);
    return h(
      "li",
      { class: "finding" },
      smallPicture(review, one.candidate),
      h(
        "div",
        {},
        h("p", {}, h("strong", {}, name), ` – ${say(`conclusion.${one.conclusion}`)}`),
        facts && h("p", { class: "hint" }, facts),
        OBSERVATIONS.map((how) => observed(one.features, how)),
        one.notes && h("p", { class: "long" }, one.notes),
      ),
    );
  });
  return rows.length > 0 && h("ul", { class: "findings" }, rows);
}

/** Who was released: a name alone does not tell one person from another. */
const released = (review, id) =>
  h(
    "div",
    { class: "finding" },
    smallPicture(review, id),
    h("p", { class: "hint" }, candidateFacts(review, id)),
  );

function observed(features, how) {
  const those = Object.keys(features).filter((one) => features[one] === how);
  const names = those.map((one) => say(`feature.${one}`)).join(", ");
  return those.length > 0 && h("p", { class: "hint" }, `${say(`observation.${how}`)}: ${names}`);
}

const evidence = ({ kind, reference, text }) =>
  h("p", { class: "long" }, `${say(`corroboration.${kind}`)} (${reference}): ${text}`);

const notesOf = ({ probe, answer, close }) => probe?.notes ?? answer?.notes ?? close?.reason;
