// A button for what cannot be undone: it asks once more before it does it.

import { fill, h } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";

/** Return the button in a place of its own; `question` says what would happen, `name` of what it is. */
export function sureButton(label, question, work, { name = label } = {}) {
  const told = h("div", { class: "told" });
  const button = (text, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, text);
  const first = button(label, () => ask(), { "aria-label": name });
  const sure = button(label, () => isBusy(sure) || busy(work, { button: sure, place: told }), {
    class: "danger",
    "aria-label": name,
  });
  const back = () => {
    fill(place, first, told);
    first.focus();
  };
  const place = h("span", { class: "sure" }, first, told);
  const ask = () => {
    const asked = h("span", { role: "status" }, question);
    fill(place, asked, sure, button(say("action.cancel"), back), told);
    sure.focus();
  };
  return place;
}
