// Pictures are covered while nobody looks at them: after minutes without a touch, and whenever the page
// is not the one in front, as in the task switcher, as far as the platform lets a page do that. They stay
// covered until somebody wants to see them; whoever works on without them is here all the same.

import { h } from "../lib/dom.js";
import { Problem } from "../lib/problem.js";
import { session } from "../lib/session.js";
import { authentication } from "../lib/sign-in.js";
import { say } from "../lib/words.js";
import { askToSignInAgain, askWhetherHere } from "./last-minutes.js";

/** Long enough to compare two faces without a touch, short for a phone laid aside. */
const COVERED_AFTER_MS = 3 * 60_000;

/**
 * The longest that a session may be left alone: CJIS Security Policy, AC-11 (30 minutes). Where nobody
 * signs in, nobody is signed out.
 */
const ENDED_AFTER_MS = 30 * 60_000;

/** So long before a clock ends the session its user is asked (WCAG 2.2.1 wants 20 seconds at least). */
const ASKED_BEFORE_MS = 2 * 60_000;

const LOOK_MS = 5000;
const DEEDS = ["pointerdown", "pointermove", "keydown", "wheel", "click", "input"];
const { classList } = document.documentElement;
const PICTURES = ".picture canvas, .faces > canvas, video"; // as in phone.css
let used = Date.now(); // when something was done here
let seen = Date.now(); // when something was done here while the pictures were not covered
let asked = null; // the question that is open: whether somebody is here, or whether they sign in again
let answered = null; // which question about the end of a key or a token is not put again

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
  [used, answered] = [Date.now(), null];
  uncover();
}

function uncover() {
  seen = Date.now();
  classList.remove("covered");
}

function done() {
  look(); // what was left alone until now is not in use by this
  if (asked === null) {
    used = Date.now(); // else the answer alone tells
  }
  if (!classList.contains("covered")) {
    seen = Date.now();
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
  if (authentication() !== "none") {
    lookAtClocks(now);
  }
}

/** End the session that was left alone, or ask before a clock ends it. */
function lookAtClocks(now) {
  const end = used + ENDED_AFTER_MS;
  if (now >= end) {
    session.end(new Problem("left_alone"));
  } else if (now >= end - ASKED_BEFORE_MS) {
    askAboutUse(end);
  } else if (asked === null) {
    askAboutEnd(now);
  }
}

/** Whoever was asked to sign in again, and did nothing, is asked whether they are here first. */
function askAboutUse(end) {
  if (asked === null || asked.givesWay?.()) {
    const before = asked;
    asked = null;
    before?.close(); // which is no answer
    open(askWhetherHere(end));
  }
}

/** Once before a key or a token ends, and once when it has. */
function askAboutEnd(now) {
  const { endsAt, isOver } = session;
  const about = `${endsAt} ${isOver}`;
  if (now >= endsAt - ASKED_BEFORE_MS && about !== answered) {
    open(askToSignInAgain({ isOver, onPress: () => (used = Date.now()) }), about);
  }
}

/** Hold on to a question; its answer is use of the page. */
function open(question, about = answered) {
  asked = question;
  question.addEventListener("close", () => {
    if (asked === question) {
      [asked, answered, used] = [null, about, Date.now()];
    }
  });
}
