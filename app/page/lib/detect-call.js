// Which faces a photo has, at the size at which it would be sent: large enough for the chosen face.

import { post } from "./api.js";
import { isForLater } from "./problem.js";
import { LONG_SIDE, longSideFor, sameFace } from "./probe-photo.js";

const UNSEEN_SIDE = 2 * LONG_SIDE;

/**
 * Return what would be sent of a ProbePhoto, `{blob, side, width, height, faces, face}`: `face` is the number
 * of the chosen one. Asked is with the usual size, and with all there is where no face was found in it.
 * Where nobody says now where a face is, the search may wait: `faces` and `face` are null then, and the
 * photo stays larger for it.
 */
export async function lookedAt(photo, signal) {
  try {
    return await detected(photo, signal);
  } catch (error) {
    if (signal.aborted || !isForLater(error)) {
      throw error;
    }
    return { blob: await photo.sent(UNSEEN_SIDE), faces: null, face: null, side: UNSEEN_SIDE };
  }
}

/**
 * Return the same with another face chosen. One that would be too small is looked for once more with a
 * larger size, as far as the photo has the pixels.
 */
export async function withFace(photo, found, face, signal) {
  const chosen = found.faces[face];
  const side = chosen ? longSideFor(chosen, found, photo) : found.side;
  if (side > found.side) {
    const larger = await facesOf(photo, side, signal);
    const same = sameFace(chosen, larger.faces);
    if (same !== null) {
      return { ...larger, face: same };
    }
  }
  return { ...found, face };
}

async function detected(photo, signal) {
  const found = await facesOf(photo, LONG_SIDE, signal);
  const isMore = found.faces.length === 0 && photo.longestSide > LONG_SIDE;
  const most = isMore ? await facesOf(photo, photo.longestSide, signal) : found;
  return withFace(photo, most, 0, signal);
}

async function facesOf(photo, side, signal) {
  const blob = await photo.sent(side);
  const form = new FormData();
  form.append("photo", blob, "probe.jpg");
  const { faces, width, height } = await post("/detect", { form, signal });
  return { blob, faces, side, width, height };
}
