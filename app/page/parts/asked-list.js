// A list that is asked for by a form: what is asked stands above, what came stands below and is told.

import { fill, h } from "../lib/dom.js";
import { busy } from "./busy.js";
import { toFirstWrong } from "./fields.js";

/**
 * Return a form of fields and a button; `draw()` returns the element that is shown below it, whose `told` is
 * its sum for whoever does not see it.
 */
export function askedList(fields, label, draw) {
  const place = h("div", { class: "asked-list" });
  const told = h("div", { class: "told" });
  const heard = h("p", { class: "unseen", role: "status" });
  const button = h("button", { type: "submit", class: "primary" }, label);
  let newest = null;
  const ask = async () => {
    const asked = (newest = {}); // to which an answer before, or still to come, is none
    [place, heard].forEach((one) => fill(one));
    fields.forEach((one) => one.check());
    const drawn = await busy(() => (toFirstWrong(fields) ? null : draw()), { place: told });
    if (drawn && asked === newest) {
      fill(place, drawn);
      fill(heard, drawn.told);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    return ask();
  };
  const form = h("form", { class: "asked", noValidate: true, onsubmit: submit }, fields, button);
  const element = h("div", { class: "asked-for" }, form, told, heard, place);
  return { element, ask };
}
