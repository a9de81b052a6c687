// Whoever is signed in may do nothing that this page has a screen for.

import { h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { say } from "../lib/words.js";

export const screen = () =>
  h(
    "section",
    { class: "sheet narrow" },
    h("h1", {}, say("nothing.title")),
    h("p", {}, say("nothing.what", { scopes: session.who.scopes.join(", ") || "–" })),
  );
