// Cutting out: a rectangle over the photo, drawn with the pointer, by two taps, or moved with the keys.

import { fill, h } from "../lib/dom.js";
import { say } from "../lib/words.js";

const LEAST = 0.05;
const STEP = 0.02;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEPT = 0.1; // of each side, at the start
const TAP = 10; // pixels that a tap may move

/** Lay a rectangle over `frame`; `box()` of what is returned is it, in ratios of the frame. */
export function cropFrame(frame) {
  let box = { left: KEPT, top: KEPT, width: 1 - 2 * KEPT, height: 1 - 2 * KEPT };
  const area = h("div", {
    class: "crop-area",
    tabIndex: 0,
    role: "group",
    "aria-label": say("crop.label"),
    "aria-roledescription": say("crop.role"),
  });
  const told = h("p", { class: "unseen", role: "status" });
  const draw = () => {
    for (const [side, ratio] of Object.entries(box)) {
      area.style[side] = `${100 * ratio}%`;
    }
  };
  const put = (next) => {
    box = within(next);
    draw();
  };
  area.addEventListener("keydown", (event) => {
    const [x, y] = KEYS[event.key] ?? [0, 0];
    if (x || y) {
      event.preventDefault();
      put(event.shiftKey ? larger(box, x * STEP, y * STEP) : moved(box, x * STEP, y * STEP));
      fill(told, say("crop.values", percent(box)));
    }
  });
  const layer = h("div", { class: "crop-layer" }, area, told);
  byPointer(layer, frame, put);
  frame.append(layer);
  draw();
  return { box: () => box, focus: () => area.focus(), remove: () => layer.remove() };
}

/** Draw it from corner to corner, or tap the one and then the other. */
function byPointer(layer, frame, put) {
  let tapped = null; // the first of two corners, and its mark
  const forget = () => {
    tapped?.mark.remove();
    tapped = null;
  };
  const tap = (corner) => {
    const first = tapped?.corner;
    forget();
    if (first) {
      put(between(first, corner));
    } else {
      tapped = { corner, mark: markOf(corner) };
      layer.append(tapped.mark);
    }
  };
  layer.addEventListener("pointerdown", (event) => {
    const from = at(frame, event);
    let isTap = true;
    const drawing = new AbortController();
    const { signal } = drawing;
    layer.setPointerCapture(event.pointerId);
    const move = (moving) => {
      isTap &&= Math.hypot(moving.clientX - event.clientX, moving.clientY - event.clientY) < TAP;
      if (!isTap) {
        forget();
        put(between(from, at(frame, moving)));
      }
    };
    const end = () => drawing.abort();
    layer.addEventListener("pointermove", move, { signal });
    layer.addEventListener("pointerup", () => isTap && tap(from), { signal });
    layer.addEventListener("pointerup", end, { signal });
    layer.addEventListener("pointercancel", end, { signal }); // the browser took the finger
  });
}

function markOf({ x, y }) {
  const mark = h("span", { class: "crop-corner" });
  Object.assign(mark.style, { left: `${100 * x}%`, top: `${100 * y}%` });
  return mark;
}

const between = (one, other) => ({
  left: Math.min(one.x, other.x),
  top: Math.min(one.y, other.y),
  width: Math.abs(one.x - other.x),
  height: Math.abs(one.y - other.y),
});

function at(frame, { clientX, clientY }) {
  const { left, top, width, height } = frame.getBoundingClientRect();
  return { x: clamp((clientX - left) / width, 0, 1), y: clamp((clientY - top) / height, 0, 1) };
}

const clamp = (n, least, most) => Math.min(most, Math.max(least, n));
const percent = (box) =>
  Object.fromEntries(Object.entries(box).map(([side, ratio]) => [side, Math.round(100 * ratio)]));
const moved = (box, x, y) => ({ ...box, left: box.left + x, top: box.top + y });
const larger = (box, x, y) => ({ ...box, width: box.width + x, height: box.height + y });

function within({ left, top, width, height }) {
  const kept = { width: clamp(width, LEAST, 1), height: clamp(height, LEAST, 1) };
  return {
    left: clamp(left, 0, 1 - kept.width),
    top: clamp(top, 0, 1 - kept.height),
    ...kept,
  };
}
