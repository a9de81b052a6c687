// Gives out a key. Its secret is shown once, here, and forgotten with the screen.

import { post } from "../lib/api.js";
import { endBegun } from "../lib/begun.js";
import { fill, h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";
import { field, toFirstWrong } from "./fields.js";
import { keyLimits } from "./key-limits.js";

/** In the order of the API's `Scope`. */
const SCOPES = ["search", "index", "import", "review", "audit", "admin"];

/** Return the form; `onMade` is called when there is a key more. */
export function keyForm(onMade) {
  const name = field(say("keys.name"), h("input", { type: "text", autocomplete: "off", maxLength: 100 }), {
    required: true,
    hint: say("keys.name_hint"),
  });
  const boxes = SCOPES.filter((one) => session.may(one)).map((value) =>
    h("input", { type: "checkbox", value }),
  );
  const wrong = h("p", { class: "wrong", role: "alert" });
  const expires = field(say("keys.until"), h("input", { type: "date" }), { hint: say("keys.until_hint") });
  const limits = keyLimits();
  const told = h("div", { class: "told" });
  const place = h("div", { role: "status" });
  const button = h("button", { type: "submit", class: "primary" }, say("keys.make"));
  const forget = () => {
    fill(place);
    fill(told);
    button.focus();
  };
  const submit = async (event) => {
    event.preventDefault();
    if (isBusy(button)) {
      return;
    }
    if (place.hasChildNodes()) {
      fill(told, h("p", { class: "wrong", role: "alert" }, say("keys.kept_first")));
      return;
    }
    const scopes = boxes.filter((one) => one.checked).map((one) => one.value);
    name.complain(name.control.value.trim() ? "" : say("field.missing"));
    fill(wrong, scopes.length ? null : say("keys.no_scope"));
    const days = [expires, limits.trained];
    days.forEach((one) => one.check());
    if (toFirstWrong([name, ...days]) || !scopes.length) {
      return;
    }
    const own = { name: name.control.value.trim(), scopes, expires_at: endOf(expires.control.value) };
    const body = { ...own, ...limits.said() };
    const made = await whileStill(fields, () => busy(() => post("/keys", { body }), { button, place: told }));
    if (made && form.isConnected) {
      form.reset();
      endBegun();
      fill(place, secretOf(made, forget));
      await busy(onMade, { place: told }); // whoever leaves meanwhile ends it
    }
  };
  const fields = h(
    "div",
    { class: "fields" },
    name,
    h(
      "fieldset",
      { class: "choice" },
      h("legend", {}, say("keys.scopes")),
      boxes.map((box) => h("label", { class: "option" }, box, h("span", {}, say(`scope.${box.value}`)))),
      wrong,
    ),
    expires,
    limits.element,
  );
  const properties = { class: "sheet", noValidate: true, onsubmit: submit };
  const form = h("form", properties, h("h2", {}, say("keys.new")), fields, button, told, place);
  return form;
}

/** Nothing is filled in while `work` runs, which would be erased after it; whoever stood there is there again. */
async function whileStill(fields, work) {
  const here = fields.contains(document.activeElement) ? document.activeElement : null;
  fields.inert = true;
  const done = await work();
  fields.inert = false;
  if (document.activeElement === document.body) {
    here?.focus();
  }
  return done;
}

/** The day that is chosen is the last on which the key works. */
const endOf = (day) => (day ? new Date(`${day}T23:59:59`).toISOString() : null);

function secretOf({ key, name }, forget) {
  const copied = h("span", { class: "hint", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(key);
      fill(copied, say("keys.copied"));
    } catch {
      fill(copied, say("keys.not_copied")); // the browser may forbid it
    }
  };
  return h(
    "div",
    { class: "secret" },
    h("p", { class: "good" }, say("keys.made", { name })),
    h("p", {}, h("code", { class: "long" }, key)),
    h("p", { class: "hint" }, say("keys.once")),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", onclick: copy }, say("keys.copy")),
      h("button", { type: "button", onclick: forget }, say("keys.forget")),
      copied,
    ),
  );
}
