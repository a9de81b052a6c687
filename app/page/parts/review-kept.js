// What was written in a review and not recorded, so that nobody writes it twice. It stays while the screen is
// there, whatever is recorded after it; leaving it is asked about until something else is filled in.

import { keptIn } from "../lib/begun.js";
import { fill, h } from "../lib/dom.js";
import { say } from "../lib/words.js";

export class KeptText {
  #texts = new Set(); // each with what it was written for
  element = h("div", { class: "told" });

  /** Keep what stands in the fields of `place`, which are about to go. */
  add(place) {
    const fields = [...place.querySelectorAll("textarea, input[type=text]")];
    const written = fields.filter(({ value }) => value.trim());
    written.forEach((one) => this.#texts.add(`${nameOf(one)}: ${one.value.trim()}`));
    if (written.length > 0) {
      keptIn(this.element);
      fill(this.element, this.#drawn());
    }
  }

  #drawn() {
    const texts = [...this.#texts].map((one) => h("p", { class: "long" }, one));
    return h("div", { class: "sheet" }, h("h2", {}, say("review.written")), texts);
  }
}

/** A field is told by its label, and by the person or the correction that it is folded into. */
function nameOf(control) {
  const folded = control.closest("details")?.querySelector("summary").textContent;
  const label = control.labels[0].firstChild.textContent; // without "(optional)"
  return [folded, label].filter(Boolean).join(", ");
}
