// Starts an import: where the photos are, and which of them are taken.

import { post } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { go } from "../lib/router.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";
import { choice, field, toFirstWrong } from "./fields.js";

/** In the order of the API's `SourceKind`. */
const SOURCES = ["jms", "folder", "manifest", "s3", "zip", "records"];
const NAMES_ITSELF = new Set(["jms", "records"]);
const HAS_PATTERN = new Set(["folder", "s3", "zip"]);

/** In the order of the API's `ImportMode`. */
const MODES = ["missing", "changed", "force"];

export function importForm() {
  const text = (name) => h("input", { type: "text", name, autocomplete: "off", maxLength: 4096 });
  const kinds = SOURCES.map((one) => h("option", { value: one }, say(`source.${one}`)));
  const draw = () =>
    fill(place, !NAMES_ITSELF.has(kind.control.value) && location, HAS_PATTERN.has(kind.control.value) && pattern);
  const kind = field(say("imports.source"), h("select", { name: "kind", onchange: draw }, kinds), {
    required: true,
  });
  const location = field(say("imports.location"), text("location"), {
    required: true,
    hint: say("imports.location_hint"),
  });
  const pattern = field(say("imports.pattern"), text("pattern"), { hint: say("imports.pattern_hint") });
  const place = h("div", { class: "fields" });
  const mode = choice(
    say("imports.mode"),
    MODES.map((one, i) => ({ value: one, label: say(`mode.${one}`), checked: i === 0 })),
  );
  const trial = h("input", { type: "checkbox", name: "dry_run" });
  const told = h("div", { class: "told" });
  const button = h("button", { type: "submit", class: "primary" }, say("imports.start_it"));
  const source = () => ({
    kind: kind.control.value,
    ...(location.isConnected && { location: location.control.value.trim() }),
    ...(pattern.isConnected && { pattern: pattern.control.value.trim() || null }),
  });
  const submit = async (event) => {
    event.preventDefault();
    const isMissing = location.isConnected && !location.control.value.trim();
    location.complain(isMissing ? say("field.missing") : "");
    if (isBusy(button) || toFirstWrong([location])) {
      return;
    }
    const body = { source: source(), mode: mode.chosen(), dry_run: trial.checked };
    const started = await busy(() => post("/imports", { body }), { button, place: told });
    if (started && button.isConnected) {
      go("/imports/:run", { run: started.import_id });
    }
  };
  draw();
  return h(
    "form",
    { class: "sheet", noValidate: true, onsubmit: submit },
    kind,
    place,
    mode,
    h("label", { class: "option" }, trial, h("span", {}, say("imports.dry_run"))),
    button,
    told,
  );
}
