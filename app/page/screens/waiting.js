// What waits for a network, and what this session delivered of it.

import { fill, h } from "../lib/dom.js";
import { address } from "../lib/router.js";
import { waiting } from "../lib/waiting.js";
import { dayTime, say, sayOr } from "../lib/words.js";
import { picture } from "../parts/picture.js";
import { problemBox } from "../parts/problem.js";
import { sureButton } from "../parts/sure-button.js";

export function screen(_, signal) {
  const place = h("div", { class: "paged", "aria-live": "polite", tabIndex: -1 });
  const draw = () => {
    const wasHere = place.contains(document.activeElement);
    fill(place, listed(waiting.items, waitingOne), listed(waiting.delivered, sentOne), empty());
    if (wasHere) {
      place.focus(); // the button is gone
    }
  };
  waiting.addEventListener("change", draw, { signal });
  draw();
  return h(
    "section",
    { class: "work" },
    h("h1", {}, say("waiting.title")),
    h("p", { class: "lede" }, say("waiting.what")),
    place,
  );
}

const listed = (all, one) => all.length > 0 && h("ul", { class: "rows" }, all.map(one));

const empty = () =>
  waiting.items.length + waiting.delivered.length === 0 && h("p", {}, say("waiting.none"));

function waitingOne({ id, form, blob, expires, problem }) {
  const remove = () => waiting.remove(id);
  return h(
    "li",
    { class: "sheet row-item failure" },
    picture(blob, { searchId: say("waiting.not_sent"), label: say("ask.probe"), width: 72, style: "small" }),
    h(
      "div",
      {},
      h("h2", {}, nameOf(form)),
      h("p", { class: "hint" }, say("waiting.until", { time: dayTime(expires) })),
      problem && problemBox(problem),
      sureButton(say("waiting.delete"), say("waiting.delete_sure"), remove),
    ),
  );
}

const sentOne = ({ id, form }) =>
  h(
    "li",
    { class: "sheet row-item" },
    h("h2", {}, nameOf(form)),
    h("p", { class: "good" }, say("waiting.sent")),
    h("a", { class: "button", href: address("/searches/:search", { search: id }) }, say("waiting.open")),
  );

const nameOf = (form) =>
  [form.case_number, sayOr(`purpose.${form.purpose}`, form.purpose)].filter(Boolean).join(" · ");
