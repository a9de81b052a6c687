// What is said of the chosen face of a probe before it is sent.

import { h } from "../lib/dom.js";
import { hintsOf } from "../lib/hints.js";
import { say } from "../lib/words.js";

/** Return the elements that say it; `faces` null: nobody could say which there are. */
export function faceTold(faces, chosen) {
  if (faces === null) {
    return [h("p", { class: "quiet-box" }, say("probe.unseen"))];
  }
  if (faces.length === 0) {
    return [h("p", { class: "problem", "data-code": "no_face" }, say("error.no_face"))];
  }
  const lines = hintsOf(faces[chosen].quality).map((one) => h("li", {}, say(`hint.${one}`)));
  return [
    faces.length > 1 && h("p", {}, say("face.several", { n: faces.length })),
    lines.length ? h("ul", { class: "hints" }, lines) : h("p", { class: "good" }, say("hint.good")),
  ];
}
