// What is said of a face as a picture before it is sent. None of it refuses anything.

import { FACE_SIDE } from "./probe-photo.js";

const FAR_TURNED = 30; // degrees
const DARK = 20; // of 100
const BRIGHT = 85;
const BLURRED = 15;

/** Name what makes a face hard to compare, the worst first; an empty list: nothing. */
export function hintsOf({ size, sharpness, brightness, yaw, pitch }) {
  const found = {
    small: size < FACE_SIDE,
    blurred: sharpness !== null && sharpness < BLURRED,
    turned: Math.max(Math.abs(yaw ?? 0), Math.abs(pitch ?? 0)) > FAR_TURNED,
    dark: brightness !== null && brightness < DARK,
    bright: brightness !== null && brightness > BRIGHT,
  };
  return Object.keys(found).filter((name) => found[name]);
}
