// A problem as people read it: what happened, what to do next, and what the service said.

import { h } from "../lib/dom.js";
import { mayComeYet, Problem, UNREADABLE } from "../lib/problem.js";
import { hasText, say, sayOr } from "../lib/words.js";

/** What another look at the same thing may mend; a reload would sign out. */
const SEEN_AGAIN = new Set(["review_state", "review_entry_stands", "too_many_watchers"]);

/**
 * Return a box that tells a problem at once to screen readers too. Where another look may mend it, its
 * button sends the event `lookagain`, which whatever holds the box answers.
 */
export function problemBox(error) {
  const problem = error instanceof Problem ? error : unexpected(error);
  const fields = problem.fields.map(({ field, message }) => h("li", { lang: "en" }, `${field}: ${message}`));
  const key = `error.${problem.code}`;
  const isOurs = hasText(key) || !problem.detail; // else in the API's words, which are English
  const told = isOurs ? sayOr(key, say("error.other")) : problem.detail;
  const more = problem.detail && problem.detail !== told;
  return h(
    "div",
    { class: "problem", role: "alert", "data-code": problem.code },
    h("p", { lang: isOurs ? null : "en" }, told),
    fields.length > 0 && h("ul", {}, fields),
    SEEN_AGAIN.has(problem.code) && lookAgain(),
    problem.retryAfter && h("p", {}, say("error.retry_after", { seconds: problem.retryAfter })),
    more &&
      h(
        "details",
        {},
        h("summary", {}, say("error.said")),
        h("p", { lang: "en" }, problem.detail, " ", h("code", {}, problem.code)),
      ),
  );
}

/** The same as a screen of its own, for a screen that could not be drawn; `again` draws that once more. */
export const problemScreen = (error, again) =>
  h(
    "section",
    { class: "sheet narrow" },
    h("h1", {}, say("error.title")),
    problemBox(error),
    mayComeYet(error) && h("button", { type: "button", onclick: again }, say("action.again")),
  );

function lookAgain() {
  const look = () => made.dispatchEvent(new Event("lookagain", { bubbles: true }));
  const made = h("button", { type: "button", onclick: look }, say("action.look_again"));
  return made;
}

function unexpected(error) {
  console.error(error);
  return new Problem(UNREADABLE, 0, String(error.message ?? error));
}
