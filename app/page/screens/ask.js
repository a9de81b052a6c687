// Ask: a photo, why it is searched, and the search.

import { fill, h } from "../lib/dom.js";
import { isForLater } from "../lib/problem.js";
import { address, go } from "../lib/router.js";
import { sent } from "../lib/search-call.js";
import { session } from "../lib/session.js";
import { keep } from "../lib/work.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "../parts/busy.js";
import { keepOffer } from "../parts/keep-offer.js";
import { PolicyForm } from "../parts/policy-form.js";
import { ProbeEditor } from "../parts/probe-editor.js";

export function screen(_, signal) {
  const editor = new ProbeEditor(signal);
  const form = new PolicyForm();
  const told = h("div", { class: "told" });
  const button = h("button", { type: "submit", class: "primary large" }, say("ask.search"));
  let asked = null; // the search that stands in the form, since it was asked
  const changed = () => {
    asked = null;
    told.querySelector(".keep-offer")?.remove(); // it would send what stood there before
  };
  /** Go to the answer, unless the form holds by now what is not asked yet. */
  const show = ({ search_id: id }, search) => {
    const parameters = { search: id };
    if (asked === search) {
      go("/searches/:search", parameters);
    } else {
      const link = h("a", { href: address("/searches/:search", parameters) }, say("waiting.open"));
      fill(told, h("p", { class: "quiet-box", role: "status" }, say("ask.answered"), " ", link));
    }
  };
  const submit = async (event) => {
    event.preventDefault();
    if (isBusy(button)) {
      return;
    }
    const probe = editor.value();
    if (!form.check()) {
      return;
    }
    if (!probe) {
      editor.complain();
      return;
    }
    const search = (asked = searchOf(probe, form));
    let unsent = false;
    const ask = () =>
      sent(search, signal).catch((error) => {
        form.complain(error.fields ?? []);
        if (error.code === "idempotency_key_reused") {
          forget(); // the next try is a search of its own
        }
        unsent = isForLater(error);
        throw error;
      });
    const answer = await busy(ask, { button, place: told, text: say("ask.searching") });
    if (unsent && asked === search && !signal.aborted) {
      told.append(keepOffer(search));
    }
    if (answer) {
      forget();
      keep(answer, probe.blob);
      show(answer, search);
    }
  };
  return h(
    "form",
    { class: "ask", noValidate: true, onsubmit: submit, oninput: changed },
    h("h1", {}, say("ask.title")),
    h("section", { class: "sheet", "aria-label": say("ask.probe") }, editor.element),
    h(
      "section",
      { class: "sheet", "aria-label": say("ask.why") },
      h("h2", {}, say("ask.why")),
      form.element,
      button,
      told,
      h("p", { class: "hint" }, say("ask.recorded")),
    ),
  );
}

const attempt = { said: null, blob: null, key: null };
const forget = () => Object.assign(attempt, { said: null, blob: null, key: null });
session.addEventListener("end", forget);

/** The same search asked again, after an answer that never came, is one search: it has one key. */
function keyOf(probe, said) {
  const whole = JSON.stringify([said, probe.face]);
  if (attempt.said !== whole || attempt.blob !== probe.blob) {
    Object.assign(attempt, { said: whole, blob: probe.blob, key: crypto.randomUUID() });
  }
  return attempt.key;
}

function searchOf(probe, form) {
  const { form: fields, headers } = form.said();
  return { ...probe, form: fields, headers, key: keyOf(probe, [fields, headers]) };
}
