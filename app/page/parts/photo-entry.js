// Where a photo comes in: dropped, pasted, chosen as a file, or taken with the camera.

import { fill, h } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { isPhone, takePicture } from "./camera.js";

/**
 * Return the place; `onPhoto` gets each photo as a Blob, or a file of another kind where nothing else
 * came. Until `signal` one may be dropped or pasted anywhere.
 */
export function photoEntry(onPhoto, signal) {
  const taken = (files) => {
    const isPhoto = ({ type }) => type.startsWith("image/") || type === "";
    const given = [...files].find(isPhoto) ?? files[0];
    if (given) {
      fill(told);
      onPhoto(given);
    }
  };
  const input = h("input", {
    type: "file",
    accept: "image/*",
    class: "unseen",
    tabIndex: -1,
    "aria-hidden": "true",
    onchange: () => {
      taken(input.files);
      input.value = "";
    },
  });
  const told = h("p", { class: "wrong", role: "status" });
  const refused = () => fill(told, say("photo.no_camera"));
  const take = () => {
    fill(told);
    takePicture(onPhoto, refused, signal);
  };
  const choose = [say("photo.choose"), () => input.click()];
  const camera = [say("photo.camera"), take];
  const [first, second] = isPhone() ? [camera, choose] : [choose, camera];
  const place = h(
    "div",
    { class: "photo-entry" },
    h("p", { class: "photo-entry-title" }, say("photo.entry")),
    h("div", { class: "row" }, button("primary", ...first), button("", ...second), input),
    told,
    isPhone() ? null : h("p", { class: "hint" }, say("photo.drop_hint")),
    h("p", { class: "hint" }, say("photo.entry_hint")),
  );
  dropping(place, taken, signal);
  const pasted = (event) => taken(event.clipboardData.files);
  document.addEventListener("paste", pasted, { signal });
  return place;
}

const button = (kind, text, onclick) => h("button", { type: "button", class: kind, onclick }, text);

/** A photo is dropped where people see it: on the one before it, or beside the place. */
function dropping(place, taken, signal) {
  const over = (event) => place.classList.toggle("over", hasFiles(event));
  const gone = () => place.classList.remove("over");
  const dropped = (event) => {
    gone();
    taken(event.dataTransfer.files);
  };
  document.addEventListener("dragover", over, { signal });
  document.addEventListener("dragleave", gone, { signal });
  document.addEventListener("drop", dropped, { signal });
}

const hasFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");

/** On every screen: else the browser opens a dropped file in the page's place, and keeps its path. */
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => hasFiles(event) && event.preventDefault());
}
