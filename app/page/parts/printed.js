// What stands on every page of paper besides the notice: the mark, which search, who printed it, when.

import { h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { dayTime, say } from "../lib/words.js";

const facts = h("footer", { class: "print-facts", "aria-hidden": "true" });
const mark = h("div", { class: "print-mark", "aria-hidden": "true" });

window.addEventListener("beforeprint", () => {
  facts.textContent = factsOf(window.location.hash);
  mark.textContent = session.who ? say("picture.mark") : "";
});
window.addEventListener("afterprint", () => [facts, mark].forEach((one) => one.replaceChildren()));

/** Return the elements that are seen on paper alone; what they say is filled in when it is printed. */
export const printed = () => [facts, mark];

function factsOf(hash) {
  const [, search] = /^#\/searches\/([^/?]+)/.exec(hash) ?? [];
  const told = [
    search && say("print.search", { id: decodeURIComponent(search) }),
    session.name && say("print.by", { name: session.name }),
    dayTime(Date.now()),
  ];
  return told.filter(Boolean).join(" · ");
}
