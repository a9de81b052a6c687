// <candid-picture>: a picture of a search, fetched with the caller's key, and marked.

import { bytes } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { mayComeYet } from "../lib/problem.js";
import { mark } from "../lib/watermark.js";
import { say } from "../lib/words.js";

const SHARP = 2; // pixels fetched for each on the screen

/**
 * The place has its size from the start, so that nothing moves when the picture comes. It is drawn
 * into a canvas: there is no address of it that could be kept or sent on.
 */
class Picture extends HTMLElement {
  #leaving = null;
  source = null; // where the API has it, or a Blob
  searchId = "";
  label = "";
  width = null; // how wide it is fetched, in pixels; null: as it is

  connectedCallback() {
    this.#leaving = new AbortController();
    this.#load();
  }

  async #load() {
    const { signal } = this.#leaving;
    this.classList.add("loading");
    try {
      this.#draw(await this.#bitmap(signal));
    } catch (error) {
      if (error.name !== "AbortError") {
        this.#tellLost(mayComeYet(error));
      }
    }
    this.classList.remove("loading");
  }

  disconnectedCallback() {
    this.#leaving.abort();
    const canvas = this.querySelector("canvas");
    if (canvas) {
      canvas.width = 0; // gives the pixels back at once
    }
  }

  async #bitmap(signal) {
    const query = { width: this.width && Math.round(this.width * SHARP) };
    const blob =
      this.source instanceof Blob ? this.source : await bytes(this.source, { query, signal });
    signal.throwIfAborted();
    return createImageBitmap(blob, { imageOrientation: "from-image" });
  }

  #draw(bitmap) {
    if (!this.isConnected) {
      return;
    }
    const canvas = h("canvas", { role: "img", "aria-label": this.label });
    const most = this.width ? this.width * SHARP : Math.max(bitmap.width, bitmap.height);
    const shrunk = Math.min(1, most / bitmap.width);
    canvas.width = Math.max(1, Math.round(bitmap.width * shrunk));
    canvas.height = Math.max(1, Math.round(bitmap.height * shrunk));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    mark(canvas, this.searchId);
    this.#put(canvas);
    this.dispatchEvent(new Event("drawn"));
  }

  /** Say that it did not come; what stands in a button is fetched again when that is pressed. */
  #tellLost(isOffered) {
    const load = () => this.classList.contains("loading") || this.#load();
    const outer = this.closest("button");
    const again = isOffered && !outer && againButton(this.label, load);
    this.#put(h("div", { class: "no-picture" }, h("p", {}, say("picture.none")), again));
    if (isOffered) {
      outer?.addEventListener("click", load, { once: true, signal: this.#leaving.signal });
    }
  }

  /** Show something; whoever pressed the button that goes with it is at the next one, or near. */
  #put(shown) {
    const wasHere = this.contains(document.activeElement);
    fill(this, shown);
    if (wasHere) {
      const next = this.querySelector("button") ?? this.closest("[tabindex]");
      next?.focus({ preventScroll: true });
    }
  }
}

/** Its label says of which picture it is. */
const againButton = (label, onclick) =>
  h(
    "button",
    { type: "button", "aria-label": `${say("action.again")}: ${label}`, onclick },
    say("action.again"),
  );

customElements.define("candid-picture", Picture);

/** Make one: `source` is a path of the API or a Blob; null shows that there is none. */
export function picture(source, { searchId, label, width = null, style = "" }) {
  if (source === null) {
    return h("div", { class: `picture none ${style}` }, h("p", {}, say("picture.not_kept")));
  }
  const made = document.createElement("candid-picture");
  made.className = `picture ${style}`;
  return Object.assign(made, { source, searchId, label, width });
}

/** Where the API has a booking photo. */
export const photoOf = (id) => `/photos/${encodeURIComponent(id)}`;
