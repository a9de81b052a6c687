// The probe before it is sent: turned, cut out, made smaller. Each is told with the search, and
// nothing else can be done to it: no drawing, no mending, no joining.

import { Problem } from "./problem.js";

/** The longest side that is sent, in pixels, unless the face needs more. */
export const LONG_SIDE = 1500;

/** The least a face's box should measure, in pixels of its shorter side. */
export const FACE_SIDE = 112;

const QUALITY = 0.92;
const MOST_BYTES = 20_000_000;
const LEAST_SHARED = 0.3; // of two boxes of one face
const MOST_SENT = 24_000_000; // pixels; as a JPEG they stay below what the service takes

/** One photo, as it came from a file, the clipboard or the camera. */
export class ProbePhoto {
  #bitmap;
  #turns = 0; // quarter turns to the right
  #crop = null; // {left, top, width, height}, in ratios of the turned photo

  constructor(bitmap, originalSha256) {
    this.#bitmap = bitmap;
    this.originalSha256 = originalSha256;
  }

  /**
   * Read a photo, upright as its camera meant it; all sizes are of it upright. Raises Problem
   * `insecure_page` (browsers hash nothing then), `photo_too_large` and `photo_not_opened`.
   */
  static async of(blob) {
    if (!window.isSecureContext) {
      throw new Problem("insecure_page");
    }
    if (blob.size > MOST_BYTES) {
      throw new Problem("photo_too_large");
    }
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    try {
      const bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
      return new ProbePhoto(bitmap, hex(digest));
    } catch {
      throw new Problem("photo_not_opened");
    }
  }

  /** Turn it a quarter; what was cut out before is whole again. */
  turn(quarters) {
    this.#turns = (this.#turns + quarters + 4) % 4;
    this.#crop = null;
  }

  /** Cut out a rectangle, in ratios of what is shown now; null: the whole photo again. */
  cut(box) {
    const within = this.#crop ?? { left: 0, top: 0, width: 1, height: 1 };
    this.#crop = box && {
      left: within.left + box.left * within.width,
      top: within.top + box.top * within.height,
      width: box.width * within.width,
      height: box.height * within.height,
    };
  }

  get isCut() {
    return this.#crop !== null;
  }

  /** Width and height in pixels as it stands, before it is made smaller. */
  get size() {
    const { width, height } = this.#area();
    return { width, height };
  }

  /** The longest side with which it can be sent, in pixels. */
  get longestSide() {
    const { width, height } = this.size;
    const shrunk = Math.min(1, Math.sqrt(MOST_SENT / (width * height)));
    return Math.floor(shrunk * Math.max(width, height));
  }

  /** Draw it as it stands, its long side at most `most` pixels. */
  drawn(most = LONG_SIDE) {
    const area = this.#area();
    const shrunk = Math.min(1, most / Math.max(area.width, area.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(area.width * shrunk));
    canvas.height = Math.max(1, Math.round(area.height * shrunk));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white"; // behind what is transparent, as the service reads such pictures
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.scale(canvas.width / area.width, canvas.height / area.height);
    pen.translate(-area.left, -area.top);
    this.#turned(pen);
    pen.drawImage(this.#bitmap, 0, 0);
    return canvas;
  }

  /** The picture as it is sent: a JPEG without what the camera wrote into the file. */
  async sent(most = LONG_SIDE) {
    const canvas = this.drawn(most);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }

  /** What was done to it, in order, for `POST /search`'s `derivation`. */
  derivation(most = LONG_SIDE) {
    const steps = [];
    if (this.#turns) {
      steps.push({ step: "rotated", degrees: this.#turns * 90 });
    }
    const { left, top, ...size } = this.#area();
    if (this.#crop) {
      steps.push({ step: "cropped", left, top, ...size });
    }
    const { width, height } = this.drawn(most);
    if (width !== size.width || height !== size.height) {
      steps.push({ step: "scaled", width, height });
    }
    steps.push({ step: "encoded", media_type: "image/jpeg" });
    const [original_width, original_height] = [this.#bitmap.width, this.#bitmap.height];
    return { original_sha256: this.originalSha256, original_width, original_height, steps };
  }

  /** Give its pixels back. */
  close() {
    this.#bitmap.close();
  }

  #area() {
    const { width: w, height: h } = this.#bitmap;
    const [width, height] = this.#turns % 2 ? [h, w] : [w, h];
    const crop = this.#crop ?? { left: 0, top: 0, width: 1, height: 1 };
    const across = pixels(crop.left, crop.width, width);
    const down = pixels(crop.top, crop.height, height);
    return { left: across.from, top: down.from, width: across.length, height: down.length };
  }

  #turned(pen) {
    const { width, height } = this.#bitmap;
    const places = [[0, 0], [height, 0], [width, height], [0, width]];
    pen.translate(...places[this.#turns]);
    pen.rotate((this.#turns * Math.PI) / 2);
  }
}

/** The long side with which a face is large enough, as far as the photo has the pixels. */
export function longSideFor(face, sent, photo) {
  const side = Math.max(sent.width, sent.height);
  return face.quality.size >= FACE_SIDE
    ? side
    : Math.min(photo.longestSide, Math.ceil((side * FACE_SIDE * 1.05) / face.quality.size));
}

/** Which of `faces` is this face, found in the same photo at another size; null: none is. */
export function sameFace({ box }, faces) {
  const shares = faces.map((one) => shared(box, one.box));
  const most = Math.max(0, ...shares);
  return most > LEAST_SHARED ? shares.indexOf(most) : null;
}

/** Intersection over union of two boxes. */
function shared(one, other) {
  const along = (side, length) =>
    Math.max(
      0,
      Math.min(one[side] + one[length], other[side] + other[length]) - Math.max(one[side], other[side]),
    );
  const both = along("left", "width") * along("top", "height");
  return both / (one.width * one.height + other.width * other.height - both);
}

/** Both edges are rounded, so that a part never reaches beyond the `whole`. */
function pixels(from, length, whole) {
  const first = Math.min(Math.round(from * whole), whole - 1);
  const end = Math.min(Math.round((from + length) * whole), whole);
  return { from: first, length: Math.max(1, end - first) };
}

const hex = (digest) =>
  Array.from(new Uint8Array(digest), (one) => one.toString(16).padStart(2, "0")).join("");
