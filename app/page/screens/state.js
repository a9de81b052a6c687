// How the service is: its parts, the face model, and how many faces are searched.

import { get, health } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { dayTime, number, say, sayOr } from "../lib/words.js";
import { busy, isBusy } from "../parts/busy.js";

export async function screen(_, signal) {
  const place = h("div", { class: "state-parts" });
  const told = h("div", { class: "told" });
  const look = async () => fill(place, await drawn(signal));
  const again = () => isBusy(button) || busy(look, { button, place: told });
  const button = h("button", { type: "button", onclick: again }, say("action.look_again"));
  await look();
  return h("div", { class: "work" }, h("h1", {}, say("service.title")), button, told, place);
}

async function drawn(signal) {
  const [ready, model] = await Promise.all([
    health({ signal }),
    session.may("admin") ? get("/model", { signal }) : null,
  ]);
  return [
    h(
      "section",
      { class: "sheet", "aria-label": say("service.parts") },
      h("p", { class: `state service-${ready.status}`, role: "status" }, say(`service.${ready.status}`)),
      h("dl", { class: "facts" }, Object.entries(ready.parts).map(part)),
      h("p", { class: "hint" }, say("service.as_of", { when: dayTime(Date.now()) })),
    ),
    model && ofModel(model),
  ];
}

const part = ([name, answer]) =>
  h(
    "div",
    {},
    h("dt", {}, sayOr(`part.${name}`, name)),
    h("dd", {}, answer === "ok" ? say("part.well") : told(answer)),
  );

/** A part that is not well names the code of its problem. */
const told = (answer) =>
  h("span", { class: "wrong" }, sayOr(`error.${answer}`, answer), " ", h("code", {}, answer));

function ofModel(model) {
  const rows = [
    ["served", model.served],
    ["faces", number(model.faces)],
    ["next", model.next],
    ["faces_of_next", model.next && number(model.faces_of_next)],
    ["missing", model.next && number(model.missing)],
    ["forgetting", model.forgetting.join(", ")],
  ];
  return h(
    "section",
    { class: "sheet", "aria-label": say("model.title") },
    h("h2", {}, say("model.title")),
    h(
      "dl",
      { class: "facts model" },
      rows
        .filter(([, value]) => value)
        .map(([key, value]) =>
          h("div", {}, h("dt", {}, say(`model.${key}`)), h("dd", { class: "long" }, value)),
        ),
    ),
    h("p", { class: "hint" }, calibrated(model.calibration)),
  );
}

function calibrated(calibration) {
  if (calibration === null) {
    return say("model.not_calibrated");
  }
  const { probes, people, made_at: made } = calibration;
  const counts = { probes: number(probes), people: number(people), when: dayTime(made) };
  return say("model.calibrated", counts);
}
