// What is lost with a screen: the forms that somebody began to fill in, and a new key.

import { session } from "./session.js";

const begun = new Set(); // forms; one that has left the page is lost no more
let kept = null; // an element that has as text what was filled in, until something else is filled in
let wasLost = false;

session.addEventListener("end", () => {
  wasLost = isBegun();
  endBegun();
});

/** Note what is filled in within `place`; the fields of a list are no form that could be lost. */
export function noteBegun(place) {
  place.addEventListener("input", ({ target }) => {
    const form = target.closest("form:not(.asked)");
    if (form) {
      begun.forEach((one) => one.isConnected || begun.delete(one));
      begun.add(form);
      kept = null;
    }
  });
}

/** Whether such a form is there still. */
const isBegun = () => [...begun, kept].some((one) => one?.isConnected);

/** What is lost with the screen: `key`, a secret that is shown once, or such a `form`; null: nothing. */
export const lostWithScreen = () =>
  (document.querySelector("#main .secret") && "key") || (isBegun() && "form") || null;

/** What was filled in stands in `element` now, as text. */
export const keptIn = (element) => (kept = element);

/** What was filled in is sent, kept, or given up. */
export function endBegun() {
  begun.clear();
  kept = null;
}

/** Whether the session that ended last took such a form with it. */
export const wasBegunAtEnd = () => wasLost;
