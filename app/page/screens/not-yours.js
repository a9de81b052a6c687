// The screen that the address names is for others: what it takes, and where to go instead.

import { h } from "../lib/dom.js";
import { address, firstScreen, found } from "../lib/router.js";
import { session } from "../lib/session.js";
import { say } from "../lib/words.js";

export function screen() {
  const needed = found(window.location.hash).screen.scopes.join(", ");
  const held = session.who.scopes.join(", ") || "–";
  const first = firstScreen();
  return h(
    "section",
    { class: "sheet narrow" },
    h("h1", {}, say("not_yours.title")),
    h("p", {}, say("not_yours.what", { needed, held })),
    first && h("p", {}, h("a", { class: "button", href: address(first.path) }, say("not_yours.back"))),
  );
}
