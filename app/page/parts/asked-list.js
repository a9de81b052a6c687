// A list that is asked for by a form: what is asked stands above, what came stands below.

import { fill, h } from "../lib/dom.js";
import { busy, isBusy } from "./busy.js";

/** Return a form of fields and a button; `draw()` returns the element that is shown below it. */
export function askedList(fields, label, draw) {
  const place = h("div", { class: "asked-list" });
  const told = h("div", { class: "told" });
  const button = h("button", { type: "submit", class: "primary" }, label);
  const ask = async () => {
    const drawn = isBusy(button) ? null : await busy(draw, { button, place: told });
    if (drawn) {
      fill(place, drawn);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    return ask();
  };
  const form = h("form", { class: "asked", noValidate: true, onsubmit: submit }, fields, button);
  const element = h("div", { class: "asked-for" }, form, told, place);
  return { element, ask };
}
