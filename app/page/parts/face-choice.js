// The faces of a photo, over the photo: one of them is searched, the others never are.

import { fill, h, uniqueId } from "../lib/dom.js";
import { say } from "../lib/words.js";

/**
 * Return the photo with its faces as radio buttons, so that arrow keys go from face to face.
 * `onChoice` gets the number of the face, which is that of `POST /search`'s `face`.
 */
export function faceChoice(canvas, faces, chosen, onChoice) {
  const name = uniqueId("face");
  const boxes = faces.map(({ box }, i) => {
    const input = h("input", {
      type: "radio",
      name,
      checked: i === chosen,
      "aria-label": say("face.label", { n: i + 1, of: faces.length }),
      onchange: () => onChoice(i),
    });
    const made = h("label", { class: "face" }, input, h("span", {}, String(i + 1)));
    placed(made, box);
    return made;
  });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", say("ask.probe"));
  const frame = h("div", { class: "faces" });
  frame.style.setProperty("--ratio", canvas.width / canvas.height);
  frame.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
  fill(frame, canvas);
  const legend = h("legend", { class: "unseen" }, say("face.choose"));
  return faces.length ? h("fieldset", { class: "plain" }, legend, withBoxes(frame, boxes)) : frame;
}

function withBoxes(frame, boxes) {
  frame.append(...boxes);
  return frame;
}

function placed(element, { left, top, width, height }) {
  const sides = { left, top, width, height };
  for (const [side, ratio] of Object.entries(sides)) {
    element.style[side] = `${100 * ratio}%`;
  }
}
