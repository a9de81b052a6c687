// Fields of a form: each with a label, a hint, and what is wrong with it, tied together.

import { fill, h, uniqueId } from "../lib/dom.js";
import { say } from "../lib/words.js";

/**
 * Return a field round an input, select or textarea. `required` is said in words, not by a star.
 * The field's `complain` tells what is wrong, and nothing with an empty text; `check` complains of a date
 * that is not whole, or no day, which browsers give as none.
 */
export function field(label, control, { hint = null, required = false } = {}) {
  const id = uniqueId("field");
  const wrong = h("p", { class: "wrong", id: `${id}-wrong` });
  const told = hint && h("p", { class: "hint", id: `${id}-hint` }, hint);
  control.id = id;
  control.setAttribute(
    "aria-describedby",
    told ? `${id}-hint ${id}-wrong` : `${id}-wrong`,
  );
  if (required) {
    control.setAttribute("aria-required", "true");
  }
  const optional = !required && h("span", { class: "optional" }, say("field.optional"));
  const made = h(
    "div",
    { class: "field" },
    h("label", { htmlFor: id }, label, " ", optional),
    told,
    control,
    wrong,
  );
  made.control = control;
  made.complain = (text) => {
    control.toggleAttribute("aria-invalid", Boolean(text));
    if (text) {
      control.setAttribute("aria-invalid", "true");
    }
    fill(wrong, text || null);
  };
  made.check = () => made.complain(control.validity.badInput ? say("field.half_date") : "");
  return made;
}

/** Return a set of radio buttons: `options` are `{value, label, hint}`; `chosen()` tells which. */
export function choice(legend, options, { name = uniqueId("choice"), onchange = null } = {}) {
  const inputs = options.map(({ value, checked }) =>
    h("input", { type: "radio", name, value, checked: Boolean(checked) }),
  );
  const rows = options.map(({ label, hint }, i) =>
    h(
      "label",
      { class: "option" },
      inputs[i],
      h("span", {}, h("span", { class: "option-label" }, label), hint && h("small", {}, hint)),
    ),
  );
  const made = h("fieldset", { class: "choice", onchange }, h("legend", {}, legend), rows);
  made.chosen = () => inputs.find((one) => one.checked)?.value ?? null;
  made.choose = (value) => inputs.forEach((one) => (one.checked = one.value === value));
  return made;
}

/** Go to the first field that complains, which may be folded away; false where none does. */
export function toFirstWrong(fields) {
  const first = fields.find((one) => one.control.hasAttribute("aria-invalid"));
  first?.closest("details")?.setAttribute("open", "");
  first?.control.focus();
  return first !== undefined;
}
