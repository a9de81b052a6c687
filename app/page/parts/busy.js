// Work that takes a while: a button is used once, and after 300 ms something says so.

import { fill, h } from "../lib/dom.js";
import { problemBox } from "./problem.js";
import { say } from "../lib/words.js";

const PATIENCE_MS = 300;
const newest = new WeakMap(); // by place, what was begun there last: what is older says nothing there

/**
 * Do `work` and return what it gives; while it runs, the button is off and `place` says `text`. What
 * goes wrong is told in `place`, and undefined returned.
 */
export async function busy(work, { button = null, place, text = say("busy.working") }) {
  const own = {};
  const tell = (said) => newest.get(place) === own && fill(place, said);
  newest.set(place, own);
  button?.setAttribute("aria-disabled", "true");
  tell(null);
  const late = setTimeout(() => tell(progress(text)), PATIENCE_MS);
  try {
    const done = await work();
    tell(null);
    return done;
  } catch (error) {
    tell(error.name === "AbortError" ? null : problemBox(error));
    return undefined;
  } finally {
    clearTimeout(late);
    button?.removeAttribute("aria-disabled");
  }
}

/** Whether a button's work still runs; such a button keeps its focus, and does nothing. */
export const isBusy = (button) => button.getAttribute("aria-disabled") === "true";

/** Return what says that something goes on. */
export const progress = (text = say("busy.working")) =>
  h("p", { class: "progress", role: "status" }, h("span", { class: "spinner" }), text);
