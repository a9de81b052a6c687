// Signing out, which loses what is not sent, and deletes what still waits: asked once more where there is any.

import { lostWithScreen } from "../lib/begun.js";
import { h } from "../lib/dom.js";
import { leaveAddress } from "../lib/own-address.js";
import { session } from "../lib/session.js";
import { waiting } from "../lib/waiting.js";
import { say, sayCount } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";
import { button, question } from "./question.js";

const LOST = { form: "frame.sign_out_empties", key: "frame.sign_out_loses_key" };

/** Return the button, and the place where it says that it is at work. */
export function signOutButton() {
  const place = h("div", { class: "told" });
  const made = button(say("frame.sign_out"), () => isBusy(made) || signOut({ button: made, place }), "quiet");
  return [made, place];
}

/** Sign out, once whoever is signed in knows what is lost by it. `how` says where work is told, as for `busy`. */
export async function signOut(how) {
  const { signal } = session;
  await busy(() => waiting.look(), how);
  if (!signal.aborted) {
    await (losses().length > 0 ? ask() : out(how));
  }
}

/** What is lost by it, told. */
function losses() {
  const lost = lostWithScreen();
  const n = waiting.items.length;
  return [lost && say(LOST[lost]), n > 0 && sayCount("waiting.lost", n)].filter(Boolean);
}

/** Delete what waits, then end the session: also where it is not deleted, which is told afterwards. */
async function out(how) {
  const { signal } = session;
  const problem = await busy(() => waiting.removeAll().then(() => null, (error) => error), how);
  if (!signal.aborted) {
    leaveAddress();
    session.end(problem);
  }
}

function ask() {
  const place = h("div", { class: "told" });
  const sure = () => {
    row.hidden = true;
    return out({ place });
  };
  const isDeleted = waiting.items.length > 0;
  const row = h(
    "div",
    { class: "row" },
    button(say("waiting.stay"), () => dialog.close(), "primary"),
    button(say(isDeleted ? "waiting.leave" : "frame.sign_out"), sure, "danger"),
  );
  const dialog = question(say("frame.sign_out"), losses(), row, place);
}
