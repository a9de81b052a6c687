// The probe: a photo comes in, its faces are found, one is chosen; it may be turned and cut out.

import { lookedAt, withFace } from "../lib/detect-call.js";
import { fill, h } from "../lib/dom.js";
import { LONG_SIDE, ProbePhoto } from "../lib/probe-photo.js";
import { say } from "../lib/words.js";
import { busy } from "./busy.js";
import { cropFrame } from "./crop.js";
import { faceChoice } from "./face-choice.js";
import { faceTold } from "./face-told.js";
import { photoEntry } from "./photo-entry.js";

export class ProbeEditor {
  #signal;
  #photo = null;
  #found = null; // {blob, faces, face, side}: what would be sent; null: not looked for
  #crop = null;
  #opening = null; // the newest photo that came in, while it is opened; an older one is not shown
  #looking = null; // ends the newest POST /detect while it runs; answers to older ones are not shown
  #view = h("div", { class: "probe-view" });
  #buttons = {
    left: tool("probe.turn_left", () => this.#turn(-1)),
    right: tool("probe.turn_right", () => this.#turn(1)),
    cut: tool("probe.cut", () => this.#cutting()),
    whole: tool("probe.whole", () => this.#cutTo(null)),
    apply: tool("crop.apply", () => this.#cutTo(this.#crop.box()), "primary"),
    cancel: tool("action.cancel", () => this.#cancelled()),
  };
  #again = tool("action.again", () => this.#changed());
  #cutTold = h("div", { class: "cut-told", "aria-live": "polite" });
  #openTold = h("div", { class: "open-told", "aria-live": "polite" }); // what is found of the photo before stays
  #told = h("div", { class: "told", "aria-live": "polite" });

  constructor(signal) {
    this.#signal = signal;
    const entry = photoEntry((blob) => this.#opened(blob), signal);
    const said = { class: "row tools", role: "toolbar", "aria-label": say("probe.tools") };
    const tools = h("div", said, Object.values(this.#buttons));
    const parts = [entry, this.#view, tools, this.#cutTold, this.#openTold, this.#told];
    this.element = h("div", { class: "probe-editor empty" }, parts);
    signal.addEventListener("abort", () => {
      this.#looking?.abort();
      this.#photo?.close();
    });
  }

  /** What is to be sent; null while no photo with a face is there, or it is opened or cut out. */
  value() {
    if (this.#opening || this.#crop || this.#found === null || this.#found.faces?.length === 0) {
      return null;
    }
    const { blob, face, side } = this.#found;
    return { blob, face, derivation: this.#photo.derivation(side) };
  }

  /** Tell why nothing can be sent yet, and go there. */
  complain() {
    const wrong = (key, place = this.#told) =>
      fill(place, h("p", { class: "wrong", role: "alert" }, say(key)));
    if (this.#opening) {
      wrong("photo.opening", this.#openTold);
    } else if (!this.#photo) {
      wrong("ask.photo_missing");
      this.element.querySelector("button").focus();
    } else if (this.#crop) {
      wrong("crop.open", this.#cutTold);
      this.#buttons.apply.focus();
    } else if (this.#looking) {
      wrong("ask.still_looking");
    } else {
      this.#repeat();
    }
    this.#told.scrollIntoView({ block: "nearest" });
  }

  /** Say once more what stands there already: an alert that is put there anew is read anew. */
  #repeat() {
    const said = this.#told.firstElementChild;
    const again = said?.cloneNode(true);
    again?.setAttribute("role", "alert");
    said?.replaceWith(again);
    this.#told.querySelector("button")?.focus();
  }

  async #opened(blob) {
    const opening = (this.#opening = {});
    this.#input();
    const photo = await busy(() => ProbePhoto.of(blob), { place: this.#openTold });
    if (opening !== this.#opening || this.#signal.aborted) {
      photo?.close();
      return;
    }
    this.#opening = null;
    if (photo) {
      this.#photo?.close();
      this.#photo = photo;
      this.element.classList.remove("empty");
      await this.#changed();
    } else if (this.#photo) {
      this.#openTold.append(h("p", {}, say("photo.before_stays")));
    }
  }

  /** Show the photo as it stands now, and ask which faces it has. */
  async #changed() {
    [this.#found, this.#crop] = [null, null];
    this.#input();
    this.#show({ faces: [], face: null });
    this.#settled(await this.#looked((signal) => lookedAt(this.#photo, signal)));
  }

  /** Say that what would be sent is another, as any field does. */
  #input() {
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Choose a face; an answer about one that was chosen before is not shown. */
  async #chosen(face, found) {
    this.#found = null;
    this.#settled(await this.#looked((signal) => withFace(this.#photo, found, face, signal)));
  }

  /** Do what asks POST /detect, and end what was asked before; undefined: nothing came of it. */
  async #looked(work) {
    this.#looking?.abort();
    const looking = (this.#looking = new AbortController());
    const { signal } = looking;
    const found = await busy(() => work(signal), {
      place: this.#told,
      text: say("ask.looking_for_faces"),
    });
    if (looking !== this.#looking) {
      return undefined;
    }
    this.#looking = null;
    if (!found && !signal.aborted) {
      this.#told.append(this.#again);
    }
    return found;
  }

  #settled(found) {
    if (!found) {
      return;
    }
    this.#found = found;
    if (!this.#crop) { // else the rectangle stays until it is applied or given up
      this.#show(found);
      fill(this.#told, faceTold(found.faces, found.face), found.faces === null && this.#again);
    }
  }

  #show(found) {
    const { faces, face } = found;
    const wasHere = this.#view.contains(document.activeElement);
    const choose = (another) => this.#chosen(another, found);
    fill(this.#view, faceChoice(this.#photo.drawn(LONG_SIDE), faces ?? [], face, choose));
    if (wasHere) {
      this.#view.querySelector(":checked")?.focus();
    }
    this.#drawTools();
  }

  /** The buttons stay, so that they keep their focus; some are hidden. */
  #drawTools() {
    const isCutting = this.#crop !== null;
    const { left, right, cut, whole, apply, cancel } = this.#buttons;
    [left, right, cut].forEach((one) => (one.hidden = isCutting));
    [apply, cancel].forEach((one) => (one.hidden = !isCutting));
    whole.hidden = isCutting || !this.#photo.isCut;
    this.element.classList.toggle("cutting", isCutting);
    fill(this.#cutTold, isCutting && h("p", { class: "hint" }, say("crop.hint")));
  }

  #turn(quarters) {
    this.#photo.turn(quarters);
    this.#changed();
  }

  #cutting() {
    this.#input();
    this.#crop = cropFrame(this.#view.querySelector(".faces"));
    this.#drawTools();
    this.#crop.focus();
  }

  #cutTo(box) {
    this.#photo.cut(box);
    this.#changed();
    this.#buttons.cut.focus();
  }

  #cancelled() {
    this.#crop.remove();
    this.#crop = null;
    this.#drawTools();
    this.#settled(this.#found);
    this.#buttons.cut.focus();
  }
}

function tool(key, onclick, kind = "") {
  return h("button", { type: "button", class: kind, onclick }, say(key));
}
