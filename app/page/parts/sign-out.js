// Signing out, which loses what is not sent, and deletes what still waits: asked once more where there is any.

import { lostWithScreen } from "../lib/begun.js";
import { h } from "../lib/dom.js";
import { leaveAddress } from "../lib/own-address.js";
import { session } from "../lib/session.js";
import { waiting } from "../lib/waiting.js";
import { say, sayCount } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";

const LOST = { form: "frame.sign_out_empties", key: "frame.sign_out_loses_key" };

/** Return the button, and the place where it says that it is at work. */
export function signOutButton() {
  const place = h("div", { class: "told" });
  const leave = () => isBusy(made) || (losses().length > 0 ? ask() : out({ button: made, place }));
  const made = button(say("frame.sign_out"), leave, "quiet");
  return [made, place];
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
  const words = { class: "question", "aria-label": say("frame.sign_out") };
  const dialog = h("dialog", words, losses().map((one) => h("p", {}, one)), row, place);
  dialog.addEventListener("close", () => dialog.remove());
  session.signal.addEventListener("abort", () => dialog.close()); // it asks whoever was signed in
  document.body.append(dialog);
  dialog.showModal();
}

const button = (text, onclick, kind) => h("button", { type: "button", class: kind, onclick }, text);
