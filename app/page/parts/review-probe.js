// The first step of a review: can the probe be compared at all?

import { h } from "../lib/dom.js";
import { Problem } from "../lib/problem.js";
import { asksFor } from "../lib/router.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";
import { choice, field } from "./fields.js";
import { picture } from "./picture.js";

/** Why a probe can hardly be compared, in the order of the API's `ProbeFault`. */
const FAULTS = [
  "resolution",
  "blur",
  "lighting",
  "pose",
  "covered",
  "expression",
  "altered",
  "not_a_photo",
  "other",
];
const WIDTH = 320;

/** Return the form; `send` gets the decision as the API takes it. */
export function probeDecision(review, send) {
  const searchId = review.search_id;
  const suitability = choice(say("review.probe_question"), [
    { value: "suitable", label: say("review.suitable") },
    { value: "unsuitable", label: say("review.unsuitable"), hint: say("review.unsuitable_hint") },
  ]);
  const boxes = FAULTS.map((value) => h("input", { type: "checkbox", value }));
  const rows = boxes.map((box) =>
    h("label", { class: "option" }, box, h("span", {}, say(`fault.${box.value}`))),
  );
  const reasons = h("fieldset", { class: "choice columns" }, h("legend", {}, say("review.faults")), rows);
  const notes = field(say("review.notes"), h("textarea", { rows: 2, maxLength: 2000 }));
  const told = h("div", { class: "told" });
  const button = h("button", { type: "submit", class: "primary" }, say("review.record_probe"));
  const decision = () => {
    if (suitability.chosen() === null) {
      throw new Problem("no_suitability");
    }
    return {
      suitability: suitability.chosen(),
      reasons: boxes.filter((one) => one.checked).map((one) => one.value),
      notes: notes.control.value.trim() || null,
    };
  };
  const submit = async (event) => {
    event.preventDefault();
    if (isBusy(button)) {
      return;
    }
    await busy(async () => send(decision()), { button, place: told });
  };
  return h(
    "form",
    { class: "sheet review-probe", noValidate: true, onsubmit: submit },
    h("h2", {}, say("review.step_probe")),
    asksFor("none") && h("p", { class: "quiet-box" }, say("review.none_chosen")),
    picture(review.probe.picture, { searchId, label: say("viewer.probe"), width: WIDTH, style: "tall" }),
    h("div", {}, suitability, reasons, notes, button, told),
  );
}
