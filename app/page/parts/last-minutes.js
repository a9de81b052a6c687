// The last minutes of a session that a clock ends: its user is asked before, since what is not sent is lost by it.

import { holderOf } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { peopleSignIn, tokenOfPerson } from "../lib/sign-in.js";
import { dayTime, say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";
import { button, question } from "./question.js";
import { signOut } from "./sign-out.js";

/** Ask whoever left the page alone whether they are here still, and sign out at `end` (ms). */
export function askWhetherHere(end) {
  const place = h("div", { class: "told" });
  const texts = [say("last.alone", { time: dayTime(end) }), say("last.lost")];
  const stay = button(say("waiting.stay"), () => dialog.close(), "primary");
  const dialog = question(say("last.title"), texts, row(stay, leaveButton(place)), place);
  return dialog;
}

const ENDS = { title: "last.title", told: "last.ends", person: "last.again_keeps", key: "last.lost" };
const OVER = { title: "last.over_title", told: "last.over", person: "last.over_keeps", key: "last.over_lost" };

/**
 * Tell that the key or the token ends, or has ended, at `session.endsAt`. People may sign in again beside what
 * they are at, and go on with it; `onPress` is called each time that they press to do so. The dialog's `givesWay`
 * says whether another question may take its place: nobody is signing in now.
 */
export function askToSignInAgain({ isOver, onPress }) {
  const place = h("div", { class: "told" });
  const isPerson = session.who.kind === "person" && peopleSignIn();
  const words = isOver ? OVER : ENDS;
  const texts = [say(words.told, { time: dayTime(session.endsAt) }), say(isPerson ? words.person : words.key)];
  const closed = new AbortController();
  const signal = AbortSignal.any([closed.signal, session.signal]);
  const again = async () => {
    onPress();
    const work = () => signInAgain(signal).then(() => dialog.close());
    await (isBusy(anew) || busy(work, { button: anew, place, text: say("sign_in.waiting") }));
  };
  const anew = button(say("last.again"), again, "primary");
  const later = button(say("last.later"), () => dialog.close());
  const ways = row(isPerson && anew, later, isOver && leaveButton(place));
  const dialog = question(say(words.title), texts, ways, place);
  dialog.addEventListener("close", () => closed.abort());
  dialog.givesWay = () => !isBusy(anew);
  if (isPerson) {
    session.askedUntil(signal);
  }
  return dialog;
}

/** Go on with a new token of the same person. Nothing is lost by it. */
async function signInAgain(signal) {
  const token = await tokenOfPerson(signal);
  session.goOn(token, await holderOf(token, { signal }));
}

function leaveButton(place) {
  const made = button(say("frame.sign_out"), () => isBusy(made) || signOut({ button: made, place }), "danger");
  return made;
}

const row = (...buttons) => h("div", { class: "row" }, buttons);
