// What is offered when a search could not be sent: to keep it until there is a network.

import { h } from "../lib/dom.js";
import { go } from "../lib/router.js";
import { KEPT_MS, waiting } from "../lib/waiting.js";
import { number, say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";

const HOUR_MS = 3_600_000;

export function keepOffer(search) {
  const place = h("div", { class: "told" });
  const keep = async () => {
    const isKept = !isBusy(button) && (await busy(() => waiting.add(search), { button, place }));
    if (isKept && button.isConnected) {
      go("/waiting");
    }
  };
  const button = h("button", { type: "button", class: "large", onclick: keep }, say("waiting.keep"));
  const hint = say("waiting.keep_hint", { hours: number(KEPT_MS / HOUR_MS) });
  return h("div", { class: "keep-offer" }, button, h("p", { class: "hint" }, hint), place);
}
