// The features of a face and head that are compared, from top to bottom, as ASTM E3149 has them.

import { h, uniqueId } from "../lib/dom.js";
import { say } from "../lib/words.js";

/** In the order of the API's `Feature`. */
export const FEATURES = [
  "skin",
  "face_head_outline",
  "face_head_composition",
  "hairline",
  "forehead",
  "eyebrows",
  "eyes",
  "cheeks",
  "nose",
  "ears",
  "mouth",
  "chin_jawline",
  "neck",
  "facial_hair",
  "facial_lines",
  "scars",
  "facial_marks",
  "alterations",
];

const OBSERVATIONS = ["similar", "different", "not_visible"];

/** Return the list; `said()` gives what was observed, as a review's `features` takes it. */
export function checklist() {
  const name = uniqueId("features");
  const head = OBSERVATIONS.map((one) => h("th", { scope: "col" }, say(`observation.${one}`)));
  const made = h(
    "table",
    { class: "checklist" },
    h("caption", {}, say("features.title")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("features.feature")), head)),
    h("tbody", {}, FEATURES.map((one) => row(one, `${name}-${one}`))),
  );
  made.said = () => {
    const chosen = [...made.querySelectorAll("input:checked")];
    return Object.fromEntries(chosen.map((input) => [input.dataset.feature, input.value]));
  };
  return made;
}

function row(feature, name) {
  const label = say(`feature.${feature}`);
  const cells = OBSERVATIONS.map((value) => {
    const input = h("input", {
      type: "radio",
      name,
      value,
      "data-feature": feature,
      "aria-label": `${label}: ${say(`observation.${value}`)}`,
    });
    return h("td", {}, h("label", { class: "cell" }, input));
  });
  return h("tr", {}, h("th", { scope: "row" }, label), cells);
}
