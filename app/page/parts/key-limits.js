// What a key may be limited to, or say of each search: the fields of `POST /keys` that few keys need.

import { h } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { field } from "./fields.js";

/** In the order of the API's `Purpose`. */
const PURPOSES = [
  "criminal_investigation",
  "missing_person",
  "deceased_unidentified",
  "at_risk_person",
  "jail_identity_check",
  "training_test",
];

/**
 * Return the fields, folded away: `said()` of what is returned gives them as the API takes them, `trained`
 * is the one of a day.
 */
export function keyLimits() {
  const text = (most) => h("input", { type: "text", autocomplete: "off", maxLength: most });
  const purposes = PURPOSES.map((one) => h("option", { value: one }, say(`purpose.${one}`)));
  const nothing = h("option", { value: "" }, say("limits.no_purpose"));
  const hinted = (name, control) =>
    field(say(`limits.${name}`), control, { hint: say(`limits.${name}_hint`) });
  const trained = hinted("trained", h("input", { type: "date" }));
  const purpose = field(say("limits.purpose"), h("select", {}, nothing, purposes));
  const caseNumber = field(say("limits.case_number"), text(100));
  const networks = hinted("networks", text(2000));
  const calls = hinted("calls", h("input", { type: "text", inputMode: "numeric", maxLength: 6 }));
  const element = h(
    "details",
    { class: "more-fields" },
    h("summary", {}, say("limits.title")),
    [trained, purpose, caseNumber, networks, calls],
  );
  const value = ({ control }) => control.value.trim() || null;
  const said = () => ({
    trained_until: value(trained),
    purpose: value(purpose),
    case_number: value(caseNumber),
    networks: value(networks)?.split(/[\s,;]+/).filter(Boolean) ?? [],
    calls_a_minute: value(calls) && asNumber(value(calls)),
  });
  return { element, said, trained };
}

/** What is no number is sent as it was written, so that the API refuses it: a limit is never left out. */
const asNumber = (text) => (/^\d+$/.test(text) ? Number(text) : text);
