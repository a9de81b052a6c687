// How a picture lies in its frame: where its face is, how far it is enlarged, moved, turned over.

const MOST_ZOOM = 12;
const LEAST_ZOOM = 0.5;
const FACE_HEIGHT = 0.58; // of the frame, at first
const AS_IT_IS = { x: 0, y: 0, zoom: 1, flip: 1, brightness: 1 };

/** What was done to one picture, and from where it began. Lengths are ratios of the frame. */
export class ViewState {
  #home = { x: 0, y: 0, zoom: 1 };
  #now = { ...AS_IT_IS };

  /** Do to it what was done to another picture. */
  like(other) {
    this.#now = { ...other.#now };
  }

  /**
   * Begin with the face in the middle, so that two pictures show faces of one size. `box` is in
   * ratios of the picture; without one the whole picture is shown.
   */
  center(box, picture, frame) {
    if (box) {
      const [own, place] = [picture.width / picture.height, frame.width / frame.height];
      const [wide, high] = [Math.min(1, own / place), Math.min(1, place / own)];
      const zoom = clamp(FACE_HEIGHT / (box.height * high), LEAST_ZOOM, MOST_ZOOM);
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      this.#home = { x: (0.5 - x) * wide * zoom, y: (0.5 - y) * high * zoom, zoom };
    }
  }

  zoom(by) {
    const zoom = clamp(this.#now.zoom * by, LEAST_ZOOM / 2, MOST_ZOOM);
    const grown = zoom / this.#now.zoom;
    Object.assign(this.#now, { zoom, x: this.#now.x * grown, y: this.#now.y * grown });
  }

  move(x, y) {
    this.#now.x += x;
    this.#now.y += y;
  }

  flip() {
    this.#now.flip *= -1;
  }

  brighten(by) {
    this.#now.brightness = clamp(this.#now.brightness * by, 0.25, 4);
  }

  /** Whether there is more of it than its frame shows. */
  get isEnlarged() {
    return this.#now.zoom > 1;
  }

  reset() {
    this.#now = { ...AS_IT_IS };
  }

  /** Apply it to a canvas that fills its frame. */
  apply(canvas) {
    const { x, y, zoom, flip, brightness } = this.#now;
    const left = this.#home.x * zoom * flip + x;
    const top = this.#home.y * zoom + y;
    const size = this.#home.zoom * zoom;
    canvas.style.transform = `translate(${100 * left}%, ${100 * top}%) scale(${size * flip}, ${size})`;
    canvas.style.filter = brightness === 1 ? "" : `brightness(${brightness})`;
  }
}

const clamp = (n, least, most) => Math.min(most, Math.max(least, n));
