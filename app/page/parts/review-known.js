// A candidate of a review as a person, for whoever may know: after their own answer.

import { number, say, score } from "../lib/words.js";
import { nameOf } from "./person.js";
import { picture } from "./picture.js";

const WIDTH = 100; // of a small picture: the least that the API draws is twice that

/** Name a candidate; while blind, or where the record was sealed, nothing tells who it is. */
export function candidateName(review, id) {
  const candidate = candidateOf(review, id);
  if (!candidate || candidate.redacted) {
    return say("person.left_out");
  }
  return candidate.known
    ? nameOf(candidate.known.booking)
    : say("answer.person", { n: number(review.candidates.indexOf(candidate) + 1) });
}

/** Tell what the search said of a candidate: rank, score on its scale, booking; null where not known. */
export function candidateFacts(review, id) {
  const known = candidateOf(review, id)?.known;
  if (!known) {
    return null;
  }
  const told = [
    say("standing.rank", { n: number(known.rank), score: score(known.similarity) }),
    known.booking && say("standing.booking", { n: known.booking.booking_number ?? "–" }),
  ];
  return told.filter(Boolean).join(" · ");
}

/** Where a candidate's best picture is; null where none is shown. */
const pictureOf = (review, id) => candidateOf(review, id)?.pictures[0] ?? null;

/** Draw a candidate's best picture, small. */
export const smallPicture = (review, id) =>
  picture(pictureOf(review, id), {
    searchId: review.search_id,
    label: candidateName(review, id),
    width: WIDTH,
    style: "small",
  });

const candidateOf = (review, id) => review.candidates?.find((one) => one.candidate === id);
