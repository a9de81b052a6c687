// Pictures are covered while nobody looks at them: after minutes without a touch, and whenever the page
// is not the one in front, as in the task switcher, as far as the platform lets a page do that. They stay
// covered until somebody wants to see them; whoever works on without them is here all the same.

import { h } from "../lib/dom.js";
import { Problem } from "../lib/problem.js";
import { session } from "../lib/session.js";
import { authentication } from "../lib/sign-in.js";
import { say } from "../lib/words.js";

/** Long enough to compare two faces without a touch, short for a phone laid aside. */
const COVERED_AFTER_MS = 3 * 60_000;

/**
 * The longest that a session may be left alone: CJIS Security Policy, AC-11 (30 minutes). Where nobody
 * signs in, nobody is signed out.
 */
const ENDED_AFTER_MS = 30 * 60_000;

const LOOK_MS = 5000;
const DEEDS = ["pointerdown", "pointermove", "keydown", "wheel"];
const { classList } = document.documentElement;
const PICTURES = ".picture canvas, .faces > canvas, video"; // as in phone.css
let used = Date.now(); // when something was done here
let seen = Date.now(); // when something was done here while the pictures were not covered

/** Begin to watch. The styles of `covered` and `away` stand in phone.css. */
export function coverPictures() {
  DEEDS.forEach((name) => window.addEventListener(name, done, { passive: true }));
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", () => {
    classList.toggle("away", document.visibilityState === "hidden");
    look();
  });
  window.addEventListener("pagehide", () => classList.add("away"));
  window.addEventListener("pageshow", () => classList.remove("away"));
  session.addEventListener("start", begin);
  session.addEventListener("end", uncover);
}

/**
 * The button that shows covered pictures again: something else touched by chance does not. A window that
 * leaves the rest of the page out of reach needs one of its own.
 */
export const uncoverButton = () =>
  h(
    "button",
    { type: "button", class: "primary uncover", onclick: uncover },
    say("cover.show"),
  );

function begin() {
  used = Date.now();
  uncover();
}

function uncover() {
  seen = Date.now();
  classList.remove("covered");
}

function done() {
  look(); // what was left alone until now is not in use by this
  used = Date.now();
  if (!classList.contains("covered")) {
    seen = used;
  }
}

function look() {
  if (session.who === null) {
    return;
  }
  const now = Date.now();
  if (now - seen >= COVERED_AFTER_MS && document.querySelector(PICTURES) !== null) {
    classList.add("covered");
  }
  if (now - used >= ENDED_AFTER_MS && authentication() !== "none") {
    session.end(new Problem("left_alone"));
  }
}
