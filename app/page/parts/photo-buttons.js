// The photos of one person as buttons: the one that is pressed is compared.

import { h } from "../lib/dom.js";
import { picture } from "./picture.js";

/**
 * Return a row of buttons; the first is pressed. Each of `photos` is `{source, told}`: where the API has
 * it, and what it is called; `width` is how wide it is fetched. `choose` gets the place of one in `photos`.
 */
export function photoButtons(photos, { searchId, width, choose }) {
  const buttons = photos.map(({ source, told }, i) => {
    const press = () => {
      buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === made)));
      choose(i);
    };
    const made = h(
      "button",
      { type: "button", class: "photo-button", "aria-pressed": String(i === 0), onclick: press },
      picture(source, { searchId, label: told, width, style: "small" }),
      h("span", {}, told),
    );
    return made;
  });
  return h("div", { class: "row" }, buttons);
}
