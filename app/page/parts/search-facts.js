// What a search was: its case and purpose, and, one click away, engine, model, gallery and limits.

import { h } from "../lib/dom.js";
import { dayTime, number, say, sayOr, score } from "../lib/words.js";
import { expectedOthers } from "./person.js";

/** What is known of scales, by a part of their names. */
const SCALES = { "-lfw-fmr/": "scale.lfw_fmr" };

/** One line that names a search: case, purpose, when. */
export function searchLine(answer) {
  const parts = [
    answer.case_number,
    sayOr(`purpose.${answer.purpose}`, answer.purpose),
    dayTime(answer.searched_at),
  ];
  return h("p", { class: "lede" }, parts.filter(Boolean).join(" · "));
}

/** What was searched, with what, and what of it can be relied upon. */
export function engineFacts(answer) {
  const { engine, gallery, policy } = answer;
  const rows = [
    ["engine", engine.name],
    ["model", engine.model],
    ["scale", engine.scale],
    ["gallery", say("facts.faces", { n: number(gallery.faces), when: dayTime(gallery.as_of) })],
    ["policy", policy && `${policy.profile} ${policy.version}`],
    ["search_id", answer.search_id],
    ["probe_sha256", answer.probe.sha256],
  ];
  return h(
    "details",
    { class: "engine" },
    h("summary", {}, say("facts.title")),
    h("p", {}, say("facts.limits")),
    scaleTold(engine.scale),
    h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(row)),
  );
}

function scaleTold(scale) {
  const part = Object.keys(SCALES).find((one) => scale.includes(one));
  return part && h("p", {}, say(SCALES[part]));
}

/** Said once a search where it was never measured how often strangers reach a score. */
export const uncalibrated = ({ candidates }) =>
  candidates.some((one) => one.expected_false_positives === null) &&
  h("p", { class: "hint" }, say("score.not_calibrated"));

/** A candidate's score on its scale, and what it says. It never says who somebody is. */
export function scoreOf(candidate) {
  return h(
    "div",
    { class: "score" },
    h("span", { class: "score-value" }, score(candidate.similarity)),
    " ",
    h("span", { class: "score-scale" }, say("score.scale", { scale: candidate.score_scale })),
    candidate.expected_false_positives !== null &&
      h("p", { class: "hint" }, expectedOthers(candidate.expected_false_positives)),
  );
}

const row = ([key, value]) =>
  h("div", {}, h("dt", {}, say(`facts.${key}`)), h("dd", {}, h("span", { class: "long" }, value)));
