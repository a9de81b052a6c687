// Whose the addresses in the browser's history are: whoever signs in after somebody else is led to none of
// theirs, for whoever has seen a search's answer reviews it blind no more. Each entry that is shown is marked
// with a number drawn for that person, which tells nothing of them; one without a mark is a link just opened.

import { session } from "./session.js";
import { authentication } from "./sign-in.js";

let mark = null;
let last = null; // who was here last, and may come back: signed out by the clock, or by the service

session.addEventListener("start", () => {
  const owner = JSON.stringify(session.owner);
  mark = owner === last ? mark : crypto.getRandomValues(new Uint32Array(4)).join("-");
  last = owner;
});
session.addEventListener("end", ({ detail: problem }) => (last = problem ? last : null));

/** Mark the address as that of whoever is signed in; in place of somebody else's put none. */
export function takeAddress() {
  if (authentication() === "none" || [null, mark].includes(window.history.state)) {
    window.history.replaceState(mark, "");
  } else {
    leaveAddress();
  }
}

/** Go back to an address whose screen is there still, from one just opened, or from another of the history's. */
export function keepAddress(url) {
  const step = window.history.state === null ? "replaceState" : "pushState"; // what the history has stays
  window.history[step](mark, "", url);
}

/** Name no screen: the one that is there is left for good. */
export const leaveAddress = () => window.history.replaceState(null, "", "#/");
