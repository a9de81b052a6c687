// The second step of a review: nobody fits, or something is said of every candidate.

import { fill, h } from "../lib/dom.js";
import { Problem } from "../lib/problem.js";
import { asksFor } from "../lib/router.js";
import { number, say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";
import { checklist } from "./checklist.js";
import { choice, field } from "./fields.js";
import { photoButtons } from "./photo-buttons.js";
import { picture } from "./picture.js";
import { candidateName } from "./review-known.js";
import { Viewer } from "./viewer.js";

const CONCLUSIONS = ["not_pursued", "inconclusive", "possible_lead"];
const THUMB_WIDTH = 100; // the least that the API draws is twice that

/** Return the form; `send` gets the answer as the API takes it. */
export function answerForm(review, send) {
  const shown = review.candidates.filter((one) => !one.redacted);
  const first = [
    { value: "none", label: say("answer.none"), hint: say("answer.none_hint") },
    { value: "each", label: say("answer.each"), hint: say("answer.each_hint") },
  ];
  const people = h("div", { class: "compared" });
  const compared = shown.map((one, i) => comparison(review, one, i));
  const kind = choice(say("answer.question"), shown.length ? first : first.slice(0, 1), {
    onchange: () => fill(people, kind.chosen() === "each" ? compared.map((one) => one.element) : null),
  });
  const isCorrection = review.entries.some((one) => one.answer && one.reviewer === review.reviewer);
  if ((asksFor("none") && !isCorrection) || shown.length === 0) {
    kind.choose("none");
  }
  const notes = field(say("answer.notes"), h("textarea", { rows: 3, maxLength: 2000 }));
  const told = h("div", { class: "told" });
  const button = h("button", { type: "submit", class: "primary large" }, say("answer.record"));
  const body = () => {
    const said = { notes: notes.control.value.trim() || null };
    if (kind.chosen() === null) {
      throw new Problem("no_conclusion");
    }
    return kind.chosen() === "none"
      ? { ...said, none_of_these: true }
      : { ...said, findings: compared.map((one) => one.finding()) };
  };
  const submit = async (event) => {
    event.preventDefault();
    if (!isBusy(button)) {
      await busy(async () => send(body()), { button, place: told });
    }
  };
  return h(
    "form",
    { class: "sheet", noValidate: true, onsubmit: submit },
    h("h2", {}, say("answer.title")),
    h("p", { class: "hint" }, say(review.blind ? "answer.blind" : "answer.seen")),
    kind,
    people,
    notes,
    button,
    told,
  );
}

/** One candidate beside the probe: opened when it is looked at, so that each look is a look. */
function comparison(review, candidate, i) {
  const { search_id: searchId, probe } = review;
  const label = candidateName(review, candidate.candidate);
  const options = CONCLUSIONS.map((value) => ({
    value,
    label: say(`conclusion.${value}`),
    hint: say(`conclusion.${value}_hint`),
  }));
  const conclusion = choice(say("answer.conclusion", { who: label }), options);
  const features = checklist();
  const notes = field(say("review.notes"), h("textarea", { rows: 2, maxLength: 2000 }));
  const stage = h("div", { class: "compared-stage" });
  const seen = (source, of) => ({ picture: picture(source, { searchId, label: of }), box: null });
  const look = () => {
    if (element.open && !stage.hasChildNodes()) {
      const shown = { probe: seen(probe.picture, say("viewer.probe")) };
      shown.candidate = seen(candidate.pictures[0], label);
      const viewer = new Viewer(shown);
      const choose = (n) => viewer.showCandidate(seen(candidate.pictures[n], label));
      fill(stage, viewer.element, otherPhotos(candidate, { searchId, width: THUMB_WIDTH, choose }));
    }
  };
  const element = h(
    "details",
    { class: "compared-one", ontoggle: look, open: i === 0 },
    h("summary", {}, label),
    stage,
    h("div", { class: "compared-said" }, h("div", {}, conclusion, notes), features),
  );
  return {
    element,
    finding() {
      if (conclusion.chosen() === null) {
        element.open = true;
        conclusion.querySelector("input").focus();
        throw new Problem("conclusion_missing", 0, label);
      }
      return {
        candidate: candidate.candidate,
        conclusion: conclusion.chosen(),
        features: features.said(),
        notes: notes.control.value.trim() || null,
      };
    },
  };
}

/** Every photo of the person that the search knew; nothing where there is one. */
function otherPhotos({ pictures }, shown) {
  const photos = pictures.map((source, i) => ({ source, told: say("photo.number", { n: number(i + 1) }) }));
  return (
    photos.length > 1 &&
    h("div", {}, h("p", { class: "label" }, say("compare.photos")), photoButtons(photos, shown))
  );
}
