// One question which faces a photo has, at the size at which it would be sent.

import { post } from "./api.js";

/** Ask it of a ProbePhoto; return what was sent, its size and its faces. */
export async function facesOf(photo, side, signal) {
  const blob = await photo.sent(side);
  const form = new FormData();
  form.append("photo", blob, "probe.jpg");
  const { faces, width, height } = await post("/detect", { form, signal });
  return { blob, faces, side, width, height };
}
