// One candidate beside the probe, with everything that is known of them.

import { get } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { Problem } from "../lib/problem.js";
import { address } from "../lib/router.js";
import { session } from "../lib/session.js";
import { probeOf, searchOf } from "../lib/work.js";
import { day, say } from "../lib/words.js";
import { busy } from "../parts/busy.js";
import { bookingFacts, nameOf, photoAge } from "../parts/person.js";
import { photoButtons } from "../parts/photo-buttons.js";
import { photoOf, picture } from "../parts/picture.js";
import { engineFacts, scoreOf, searchLine, uncalibrated } from "../parts/search-facts.js";
import { Viewer } from "../parts/viewer.js";

const THUMB_WIDTH = 72;

export async function screen({ search: id, rank }, signal) {
  const [answer, probe] = await Promise.all([searchOf(id, signal), probeOf(id, signal)]);
  const candidate = answer.candidates.find((one) => String(one.rank) === rank && !one.redacted);
  if (!candidate) {
    throw new Problem("no_candidate");
  }
  const [stage, age, told] = [h("div", {}), h("div", {}), h("div", { class: "told" })];
  let showing = new AbortController();
  const show = async (photo) => {
    showing.abort(); // the newest choice is what is drawn
    showing = new AbortController();
    const wanted = AbortSignal.any([signal, showing.signal]);
    const drawn = await viewer(answer, probe, photo, wanted);
    wanted.throwIfAborted();
    fill(stage, drawn);
    fill(age, ageOf(candidate, photo));
  };
  await show(candidate.external_image_id);
  return h(
    "div",
    { class: "compare" },
    h("div", { class: "compare-head" }, h("h1", {}, nameOf(candidate.booking)), steps(answer, candidate)),
    stage,
    h(
      "section",
      { class: "sheet compare-facts" },
      h("h2", {}, say("compare.booking")),
      bookingFacts(candidate),
    ),
    h(
      "section",
      { class: "sheet" },
      h("h2", {}, say("compare.photos")),
      photos(answer, candidate, (photo) => busy(() => show(photo), { place: told })),
      told,
      age,
      h("h2", {}, say("compare.score")),
      scoreOf(candidate),
      uncalibrated(answer),
      engineFacts(answer),
      searchLine(answer),
    ),
  );
}

async function viewer(answer, probe, photo, signal) {
  const searchId = answer.search_id;
  const searched = answer.probe.faces.find((one) => one.searched);
  const { rank } = answer.candidates.find((one) => photosOf(one).some(({ id }) => id === photo));
  return new Viewer({
    probe: {
      picture: picture(probe, { searchId, label: say("viewer.probe") }),
      box: searched?.box ?? null,
    },
    candidate: {
      picture: picture(photoOf(photo), { searchId, label: say("picture.of_candidate", { rank }) }),
      box: await faceIn(photo, signal),
    },
  }).element;
}

/** Where the face is in a booking photo, as its record says; null where it does not. */
async function faceIn(photo, signal) {
  try {
    const { faces } = await get(`/index/${encodeURIComponent(photo)}`, { signal });
    return faces.length === 1 ? faces[0].box : null;
  } catch (error) {
    if (error instanceof Problem) {
      return null; // the pictures are shown whole
    }
    throw error;
  }
}

/** How old the photo is that is shown; the booking's date is said of the best photo alone. */
function ageOf(candidate, photo) {
  const { takenAt } = photosOf(candidate).find(({ id }) => id === photo);
  return photoAge(takenAt, photo === candidate.external_image_id ? candidate.booking : null);
}

const photosOf = (candidate) => [
  { id: candidate.external_image_id, takenAt: candidate.taken_at },
  ...candidate.other_photos.map((one) => ({ id: one.external_image_id, takenAt: one.taken_at })),
];

function photos({ search_id: searchId }, candidate, show) {
  const all = photosOf(candidate);
  const shown = all.map(({ id, takenAt }, i) => ({
    source: photoOf(id),
    told: takenAt ? day(takenAt) : say("photo.number", { n: i + 1 }),
  }));
  return photoButtons(shown, { searchId, width: THUMB_WIDTH, choose: (i) => show(all[i].id) });
}

function steps({ search_id: search, candidates }, { rank }) {
  const shown = candidates.filter((one) => !one.redacted).map((one) => one.rank);
  const at = shown.indexOf(rank);
  const to = (place, key) =>
    shown[place] !== undefined &&
    h(
      "a",
      { class: "button", href: address("/searches/:search/compare/:rank", { search, rank: shown[place] }) },
      say(key),
    );
  return h(
    "nav",
    { class: "row", "aria-label": say("compare.steps") },
    h("a", { class: "button", href: address("/searches/:search", { search }) }, say("compare.all")),
    to(at - 1, "compare.before"),
    to(at + 1, "compare.next"),
    session.may("review") &&
      h(
        "a",
        { class: "button primary", href: address("/searches/:search/review", { search }) },
        say("results.review"),
      ),
  );
}
