// A candidate as a person: who was booked, when, for what, and how old the photo is.

import { h } from "../lib/dom.js";
import { ago, dateOnly, day, dayTime, number, say, sayOr, yearsSince } from "../lib/words.js";

const OLD_PHOTO_YEARS = 10;

/** Return the name as the booking has it; what is said where no name is known. */
export function nameOf(booking) {
  const { last_name, first_name, middle_name, suffix } = booking?.person ?? {};
  const given = [first_name, middle_name, suffix].filter(Boolean).join(" ");
  return [last_name, given].filter(Boolean).join(", ") || say("person.no_name");
}

/** Tell how old a photo is, in words; a face changes, so an old one is said to be old. */
export function photoAge(takenAt, booking) {
  const moment = takenAt ?? booking?.booked_at ?? null;
  if (moment === null) {
    return h("p", { class: "age" }, say("photo.no_date"));
  }
  const isOld = yearsSince(moment) >= OLD_PHOTO_YEARS;
  const key = takenAt ? "photo.taken" : "photo.booked";
  return h(
    "p",
    { class: isOld ? "age old" : "age" },
    say(key, { ago: ago(moment), day: day(moment) }),
    isOld && ` ${say("photo.old")}`,
  );
}

/** Return the facts of a booking; `short` leaves out what a list has no room for. */
export function bookingFacts(candidate, { short = false } = {}) {
  const { booking, booking_status: status } = candidate;
  if (candidate.redacted) {
    return h("p", { class: "quiet-box" }, say("person.redacted"));
  }
  if (booking === null) {
    return h("p", { class: "quiet-box" }, say(`booking.${status}`));
  }
  const stale =
    status === "found" ? null : h("p", { class: "quiet-box" }, say(`booking.${status}_known`));
  const rows = [...stay(booking), ...(short ? [] : description(booking.person))];
  return h(
    "div",
    {},
    stale,
    h("dl", { class: "facts" }, rows.map(fact)),
    charges(booking.charges, short ? 2 : Infinity),
    !short && candidate.status_as_of && asOf(candidate.status_as_of),
  );
}

/**
 * Tell how many strangers a search for somebody who is not on record brings up at a score or above:
 * what was measured here on all people, and on the group of whom there were most.
 */
export function expectedOthers({ expected, low, high, worst_group: worst }) {
  const people = expected === null ? say("score.below", { n: few(high) }) : few(expected);
  const range = expected === null ? "" : ` ${say("score.range", { low: few(low), high: few(high) })}`;
  const group = worst ? ` ${say("score.worst", { n: few(worst.high) })}` : "";
  return say("score.expected", { people }) + range + group;
}

/** Two figures are all that is known of such a number. */
const few = (n) => (n === 0 ? number(0) : number(Number(n.toPrecision(2)), 6));

const fact = ([key, value]) => h("div", {}, h("dt", {}, say(`fact.${key}`)), h("dd", {}, value));

function stay(booking) {
  const rows = [
    ["booking_number", booking.booking_number],
    ["booked_at", booking.booked_at && day(booking.booked_at)],
    ["released_at", booking.released_at && day(booking.released_at)],
    ["custody_status", coded("custody", booking.custody_status)],
    ["facility", booking.facility],
  ];
  return rows.filter(([, value]) => value);
}

function description(person) {
  const rows = [
    ["date_of_birth", person.date_of_birth && born(person.date_of_birth)],
    ["sex", coded("sex", person.sex)],
    ["race", coded("race", person.race)],
    ["height", person.height_inches && say("fact.inches", { n: number(person.height_inches) })],
    ["weight", person.weight_pounds && say("fact.pounds", { n: number(person.weight_pounds) })],
    ["eyes", coded("eyes", person.eye_color)],
    ["hair", coded("hair", person.hair_color)],
    ["marks", marks(person.scars_marks_tattoos)],
    ["aliases", person.aliases.map((one) => one.full_name ?? nameOf({ person: one })).join("; ")],
  ];
  return rows.filter(([, value]) => value);
}

const born = (date) => say("fact.born", { day: dateOnly(date), years: yearsSince(date) });

/** Tell a coded value; one without a code as the jail system wrote it. A code means something in its field alone. */
const coded = (of, value) => value && sayOr(`code.${of}.${value.code}`, value.raw);

const marks = (found) =>
  found.map((one) => one.description ?? one.location ?? one.smt.raw).join("; ");

function charges(found, most) {
  if (found.length === 0) {
    return h("p", { class: "hint" }, say("charges.none"));
  }
  const told = (one) => one.description ?? one.statute ?? say("charges.unnamed");
  const items = found
    .slice(0, most)
    .map((one) =>
      h("li", {}, told(one), one.disposition && h("small", {}, ` · ${one.disposition}`)),
    );
  const left = found.length - items.length;
  return h(
    "div",
    { class: "charges" },
    h("p", { class: "label" }, say("charges.title")),
    h("ul", {}, items, left > 0 && h("li", { class: "hint" }, say("charges.more", { n: left }))),
    most === Infinity && h("p", { class: "hint" }, say("charges.accusations")),
  );
}

const asOf = (moment) => h("p", { class: "hint" }, say("booking.as_of", { when: dayTime(moment) }));
