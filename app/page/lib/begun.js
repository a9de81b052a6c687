// What is lost with a screen: the form that somebody began to fill in last, and a new key.

import { session } from "./session.js";

let begun = null;
let wasLost = false;

session.addEventListener("end", () => (wasLost = isBegun()));

/** Note what is filled in within `place`; the fields of a list are no form that could be lost. */
export function noteBegun(place) {
  const begin = ({ target }) => (begun = target.closest("form:not(.asked)") ?? begun);
  place.addEventListener("input", begin);
}

/** Whether such a form is there still. */
const isBegun = () => begun?.isConnected ?? false;

/** What is lost with the screen: `key`, a secret that is shown once, or such a `form`; null: nothing. */
export const lostWithScreen = () =>
  (document.querySelector("#main .secret") && "key") || (isBegun() && "form") || null;

/** What was filled in stands in `element` now, as text. */
export const keptIn = (element) => (begun = element);

/** What was filled in is sent, kept, or given up. */
export const endBegun = () => (begun = null);

/** Whether the session that ended last took such a form with it. */
export const wasBegunAtEnd = () => wasLost;
