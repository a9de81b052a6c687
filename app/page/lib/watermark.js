// What every picture is marked with: that it is a lead, of which search, who looks at it, and when.

import { session } from "./session.js";
import { dayTime, say } from "./words.js";

const ANGLE = -Math.PI / 9;
const ALPHA = 0.2;

/** Draw the mark over a picture: lines across it, which no enlargement leaves behind. */
export function mark(canvas, searchId) {
  const pen = canvas.getContext("2d");
  const [width, height] = [canvas.width, canvas.height];
  const size = Math.max(9, Math.round(Math.min(width, height) / 28));
  const text = textOf(searchId);
  pen.save();
  pen.font = `${size}px system-ui, sans-serif`;
  pen.globalAlpha = ALPHA;
  pen.lineWidth = Math.max(1, size / 14);
  pen.strokeStyle = "#000";
  pen.fillStyle = "#fff";
  const long = pen.measureText(text).width + size * 4;
  pen.translate(width / 2, height / 2);
  pen.rotate(ANGLE);
  const reach = Math.hypot(width, height) / 2;
  for (let y = -reach, row = 0; y < reach; y += size * 8, row += 1) {
    for (let x = -reach - (row % 2) * (long / 2); x < reach; x += long) {
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }
  }
  pen.restore();
}

const textOf = (searchId) =>
  [say("picture.mark"), searchId, session.name, dayTime(Date.now())].join(" · ");
