// The forms of a review's steps. When one step is recorded the others stay as they are filled in, unless what
// they were drawn from has changed.

export class ReviewForms {
  #before = new Map();
  #now = new Map(); // by step: {element, from}, what it was drawn from as JSON

  /** Begin to draw the review once more; then comes `of` for each step that may be taken. */
  turn() {
    [this.#before, this.#now] = [this.#now, new Map()];
  }

  /** Return the form of a step, which `draw` makes where there is none yet that was drawn `from` the same. */
  of(step, from, draw) {
    const written = JSON.stringify([from]);
    const before = this.#before.get(step);
    const element = before?.from === written ? before.element : draw();
    this.#now.set(step, { element, from: written });
    return element;
  }

  /** Return the forms that were there before this turn and stay no longer. */
  gone() {
    const staying = new Set([...this.#now.values()].map(({ element }) => element));
    return [...this.#before.values()].map(({ element }) => element).filter((one) => !staying.has(one));
  }

  /** What this step's form said is recorded. */
  end(step) {
    this.#now.delete(step);
  }

  /** Let every form be drawn anew. */
  endAll() {
    this.#now.forEach((one) => (one.from = null));
  }
}
