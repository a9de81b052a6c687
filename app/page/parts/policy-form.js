// The form that `GET /policy` prescribes: the purposes that are served, and each one's fields.

import { fill, h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { say, sayOr } from "../lib/words.js";
import { field, toFirstWrong } from "./fields.js";

const LONG = new Set(["narrative"]);
const HEADER = "X-";

export class PolicyForm {
  #fields = []; // {about, made}: what the policy says of a field, and the field
  #place = h("div", { class: "fields" });
  #said = new Map(); // what was written, so that another purpose does not lose it

  constructor() {
    const { policy, who } = session;
    const served = policy.purposes.filter((one) => one.allowed);
    const options = served.map((one) =>
      h("option", { value: one.purpose }, sayOr(`purpose.${one.purpose}`, one.label)),
    );
    const purpose = h("select", { name: "purpose", onchange: () => this.#drawFields() }, [
      h("option", { value: "" }, say("ask.choose_purpose")),
      options,
    ]);
    purpose.value = served.some((one) => one.purpose === who.purpose) ? who.purpose : "";
    this.purpose = field(say("field.purpose"), purpose, { required: true });
    this.#said.set("case_number", who.case_number ?? "");
    this.#said.set("on_behalf_of", session.person ?? "");
    this.element = h("div", { class: "policy-form" }, policy.notice && notice(policy.notice), this.purpose, this.#place);
    this.#drawFields();
  }

  /** Say what is missing and go there; true where nothing is. */
  check() {
    this.purpose.complain(this.#terms() ? "" : say("field.missing"));
    for (const { about, made } of this.#fields) {
      complain(made, faultOf(about, made.control.value.trim()));
    }
    return !toFirstWrong([this.purpose, ...this.#fields.map(({ made }) => made)]);
  }

  /** What is said, as `POST /search` takes it: form fields and headers. */
  said() {
    const [form, headers] = [{ purpose: this.purpose.control.value }, {}];
    for (const { about, made } of this.#fields) {
      const value = made.control.value.trim();
      if (value) {
        (about.sent_as.startsWith(HEADER) ? headers : form)[about.sent_as] = value;
      }
    }
    return { form, headers };
  }

  /** Show the API's complaints, which are English, at the fields that they are about. */
  complain(complaints) {
    const said = Object.fromEntries(complaints.map(({ field: name, message }) => [name, message]));
    for (const { about, made } of this.#fields) {
      const message = said[about.sent_as];
      complain(made, message ? h("span", { lang: "en" }, message) : "");
    }
  }

  #terms() {
    const chosen = this.purpose.control.value;
    return session.policy.purposes.find((one) => one.purpose === chosen) ?? null;
  }

  #drawFields() {
    for (const { about, made } of this.#fields) {
      this.#said.set(about.field, made.control.value);
    }
    const terms = this.#terms();
    const asked = (terms?.fields ?? []).filter((one) => isAsked(one));
    const ordered = [...asked.filter((one) => one.required), ...asked.filter((one) => !one.required)];
    this.#fields = ordered.map((about) => ({ about, made: this.#field(about) }));
    const first = this.#fields.filter(({ about }) => about.required || about.field === "case_number");
    const rest = this.#fields.filter((one) => !first.includes(one));
    fill(
      this.#place,
      terms === null && h("p", { class: "hint" }, say("ask.purpose_first")),
      first.map(({ made }) => made),
      rest.length > 0 &&
        h(
          "details",
          { class: "more-fields" },
          h("summary", {}, say("ask.more_fields")),
          rest.map(({ made }) => made),
        ),
    );
  }

  #field(about) {
    const control = about.choices ? select(about) : text(about);
    control.value = this.#said.get(about.field) ?? "";
    if (about.field === "on_behalf_of" && session.person !== null) {
      control.readOnly = true; // who signed in says so; marks and reviews name the same person
    }
    const label = sayOr(`field.${about.field}`, about.label);
    const rule = session.policy.rules.find((one) => one.id === about.rule);
    const least = about.min_length > 1 && say("field.at_least", { n: about.min_length });
    const hint = [rule && h("span", { lang: "en" }, rule.text), rule && least && " ", least];
    return field(label, control, { required: about.required, hint: rule || least ? hint : null });
  }
}

/** The purpose has a place of its own, and whoever signed in is known already. */
function isAsked(about) {
  const isPerson = about.field === "on_behalf_of" && session.who.kind === "person";
  return about.field !== "purpose" && !isPerson;
}

/** Say what is wrong with a field, which is then seen. */
function complain(made, fault) {
  made.complain(fault);
  const folded = fault && made.closest("details");
  if (folded) {
    folded.open = true;
  }
}

function faultOf({ required, min_length: least }, value) {
  if (required && !value) {
    return say("field.missing");
  }
  return value && value.length < least ? say("field.too_short", { n: least }) : "";
}

function select({ field: name, choices }) {
  const options = choices.map((one) =>
    h("option", { value: one.value }, sayOr(`choice.${one.value}`, one.label)),
  );
  return h("select", { name }, h("option", { value: "" }, say("field.choose")), options);
}

function text({ field: name, max_length: most }) {
  const limited = most === null ? {} : { maxLength: most };
  return LONG.has(name)
    ? h("textarea", { name, rows: 4, ...limited })
    : h("input", { name, type: "text", autocomplete: "off", ...limited });
}

const notice = (text) => h("p", { class: "quiet-box" }, text);
