// The end of a review that has a lead: it is given to the case with its evidence, or to nobody.

import { h } from "../lib/dom.js";
import { Problem } from "../lib/problem.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";
import { choice, field, toFirstWrong } from "./fields.js";
import { candidateFacts, candidateName, smallPicture } from "./review-known.js";

/** What supports a lead besides the resemblance, in the order of the API's `CorroborationKind`. */
const KINDS = [
  "fingerprints",
  "dna",
  "witness",
  "physical_evidence",
  "document",
  "location",
  "communications",
  "other",
];

/**
 * Return the form that gives a lead to the case. Two people may have one name, or none that is known,
 * so each is told by picture, rank and booking, and nobody is chosen beforehand.
 */
export function releaseForm(review, send) {
  const isNeeded = review.rules.corroboration_required;
  const open = review.leads.filter((one) => !review.released.includes(one));
  const lead = choice(
    say("release.which"),
    open.map((one) => ({
      value: one,
      label: [smallPicture(review, one), candidateName(review, one)],
      hint: candidateFacts(review, one),
    })),
  );
  const evidence = evidenceFields(isNeeded);
  const body = () => ({ candidate: lead.chosen(), corroboration: said(evidence) });
  const words = [say("release.title"), say("release.what"), say("release.record")];
  return form(words, [lead, ...evidence], () => {
    const isGiven = isNeeded || evidence.some(({ control }) => control.value.trim());
    evidence.forEach((one) => one.complain("")); // what was emptied lacks nothing any more
    const isWhole = isComplete(isGiven ? evidence : []);
    if (lead.chosen() === null) {
      throw new Problem("no_lead");
    }
    return isWhole && send(body());
  });
}

/** Return the form that ends a review whose leads are given to nobody. */
export function closeForm(_, send) {
  const written = h("textarea", { name: "reason", rows: 2, maxLength: 4000 });
  const reason = field(say("close.reason"), written, { required: true });
  const record = () => isComplete([reason]) && send({ reason: written.value.trim() });
  const made = form([say("close.title"), say("close.what"), say("close.record")], [reason], record);
  return h("details", { class: "correction" }, h("summary", {}, say("close.title")), made);
}

function evidenceFields(required) {
  const kinds = KINDS.map((one) => h("option", { value: one }, say(`corroboration.${one}`)));
  const choose = h("option", { value: "" }, say("field.choose"));
  const line = { type: "text", autocomplete: "off", maxLength: 200 };
  return [
    field(say("release.kind"), h("select", { name: "kind" }, choose, kinds), {
      required,
      hint: say("release.kind_hint"),
    }),
    field(say("release.reference"), h("input", { name: "reference", ...line }), {
      required,
      hint: say("release.reference_hint"),
    }),
    field(say("release.text"), h("textarea", { name: "text", rows: 3, maxLength: 4000 }), { required }),
  ];
}

function said(evidence) {
  const written = evidence.map(({ control }) => [control.name, control.value.trim()]);
  return written.some(([, value]) => value) ? Object.fromEntries(written) : null;
}

function isComplete(fields) {
  fields.forEach((one) => one.complain(one.control.value.trim() ? "" : say("field.missing")));
  return !toFirstWrong(fields);
}

function form([title, what, label], fields, record) {
  const told = h("div", { class: "told" });
  const button = h("button", { type: "submit", class: "primary" }, label);
  const submit = async (event) => {
    event.preventDefault();
    if (!isBusy(button)) {
      await busy(async () => record(), { button, place: told });
    }
  };
  return h(
    "form",
    { class: "sheet", noValidate: true, onsubmit: submit },
    h("h2", {}, title),
    h("p", { class: "hint" }, what),
    fields,
    button,
    told,
  );
}
