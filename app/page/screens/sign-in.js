// Sign in: with a key, or as a person at the agency's identity provider.

import { get } from "../lib/api.js";
import { wasBegunAtEnd } from "../lib/begun.js";
import { h } from "../lib/dom.js";
import { peopleSignIn, tokenOfPerson } from "../lib/sign-in.js";
import { session } from "../lib/session.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "../parts/busy.js";
import { field, toFirstWrong } from "../parts/fields.js";
import { problemBox } from "../parts/problem.js";

let lastEnd = null; // why the session before ended, where it was not by its user

session.addEventListener("start", () => (lastEnd = null));
session.addEventListener("end", ({ detail }) => (lastEnd = detail));

export function screen(_, signal) {
  const lost = wasBegunAtEnd() && h("p", { class: "quiet-box" }, say("sign_in.lost"));
  const told = h("div", { class: "told" }, lastEnd && [problemBox(lastEnd), lost]);
  return h(
    "section",
    { class: "sheet narrow" },
    h("h1", {}, say("sign_in.title")),
    h("p", { class: "lede" }, say("sign_in.what")),
    peopleSignIn() && [asPerson(told, signal), h("p", { class: "or" }, say("sign_in.or"))],
    withKey(told),
    told,
    h("p", { class: "hint" }, say("sign_in.memory")),
  );
}

/** Whoever is not here any more when the window ends is not let in by it. */
function asPerson(place, signal) {
  const start = async () => {
    if (!isBusy(button)) {
      const signIn = async () => session.start(get, { secret: await tokenOfPerson(signal) });
      await busy(signIn, { button, place, text: say("sign_in.waiting") });
    }
  };
  const button = h(
    "button",
    { type: "button", class: "primary large", onclick: start },
    say("sign_in.as_person"),
  );
  return button;
}

function withKey(place) {
  const key = field(
    say("sign_in.key"),
    h("input", { type: "password", name: "key", autocomplete: "off" }),
    { required: true },
  );
  const person = field(
    say("sign_in.person"),
    h("input", { type: "text", name: "person", autocomplete: "username", maxLength: 200 }),
    { hint: say("sign_in.person_hint") },
  );
  const button = h("button", { type: "submit", class: "primary" }, say("sign_in.with_key"));
  const submit = async (event) => {
    event.preventDefault();
    key.complain(key.control.value.trim() ? "" : say("field.missing"));
    if (toFirstWrong([key]) || isBusy(button)) {
      return;
    }
    const said = { secret: key.control.value.trim(), person: person.control.value.trim() };
    await busy(() => session.start(get, said), { button, place });
  };
  return h("form", { noValidate: true, onsubmit: submit }, person, key, button);
}
