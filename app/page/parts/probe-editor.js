// The probe: a photo comes in, its faces are found, one is chosen; it may be turned and cut out.

import { facesOf } from "../lib/detect-call.js";
import { fill, h } from "../lib/dom.js";
import { isForLater } from "../lib/problem.js";
import { LONG_SIDE, longSideFor, ProbePhoto, sameFace } from "../lib/probe-photo.js";
import { say } from "../lib/words.js";
import { busy } from "./busy.js";
import { cropFrame } from "./crop.js";
import { faceChoice } from "./face-choice.js";
import { faceTold } from "./face-told.js";
import { photoEntry } from "./photo-entry.js";

const UNSEEN_SIDE = 2 * LONG_SIDE;

export class ProbeEditor {
  #signal;
  #photo = null;
  #found = null; // {blob, faces, side}: what would be sent, and its faces; null: not looked for
  #face = 0;
  #crop = null;
  #opening = 0; // the newest photo that came in; an older one that opens later is not shown
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
  #told = h("div", { class: "told", "aria-live": "polite" });

  constructor(signal) {
    this.#signal = signal;
    const entry = photoEntry((blob) => this.#opened(blob), signal);
    const said = { class: "row tools", role: "toolbar", "aria-label": say("probe.tools") };
    const tools = h("div", said, Object.values(this.#buttons));
    this.element = h("div", { class: "probe-editor" }, entry, this.#view, tools, this.#told);
    this.element.classList.add("empty");
    signal.addEventListener("abort", () => {
      this.#looking?.abort();
      this.#photo?.close();
    });
  }

  /** What is to be sent; null while there is no photo with a face, or it is being cut out. */
  value() {
    if (this.#crop || this.#found === null || this.#found.faces?.length === 0) {
      return null;
    }
    const { blob, faces, side } = this.#found;
    return { blob, face: faces && this.#face, derivation: this.#photo.derivation(side) };
  }

  /** Tell why nothing can be sent yet, and go there. */
  complain() {
    const wrong = (key) => fill(this.#told, h("p", { class: "wrong", role: "alert" }, say(key)));
    if (!this.#photo) {
      wrong("ask.photo_missing");
      this.element.querySelector("button").focus();
    } else if (this.#crop) {
      wrong("crop.open");
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
    this.#opening += 1;
    const opening = this.#opening;
    const photo = await busy(() => ProbePhoto.of(blob), { place: this.#told });
    if (opening !== this.#opening || this.#signal.aborted) {
      photo?.close();
    } else if (photo) {
      this.#photo?.close();
      this.#photo = photo;
      this.element.classList.remove("empty");
      await this.#changed();
    } else if (this.#photo) {
      const again = !this.#found?.faces && this.#again;
      this.#told.append(h("div", {}, h("p", {}, say("photo.before_stays")), again));
    }
  }

  /** Show the photo as it stands now, and ask which faces it has. */
  async #changed() {
    [this.#found, this.#face, this.#crop] = [null, 0, null];
    this.#input();
    this.#show({ faces: [] });
    this.#settled(await this.#looked((signal) => this.#seen(signal)));
  }

  /** Say that what would be sent is another, as any field does. */
  #input() {
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Where nobody says now where a face is, the search may wait; the photo stays larger for it. */
  async #seen(signal) {
    try {
      return await this.#detected(signal);
    } catch (error) {
      if (signal.aborted || !isForLater(error)) {
        throw error;
      }
      return { blob: await this.#photo.sent(UNSEEN_SIDE), faces: null, side: UNSEEN_SIDE };
    }
  }

  /** Choose a face; one that would be too small is sent larger, as far as the photo has the pixels. */
  async #chosen(face, found) {
    [this.#found, this.#face] = [null, face];
    const isFit = longSideFor(found.faces[face], found, this.#photo) <= found.side;
    this.#settled(isFit ? found : await this.#looked((signal) => this.#fitted(found, signal)));
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

  /** Ask with the usual size, and with all there is where no face was found in it. */
  async #detected(signal) {
    const found = await facesOf(this.#photo, LONG_SIDE, signal);
    const { longestSide } = this.#photo;
    const isMore = found.faces.length === 0 && longestSide > LONG_SIDE;
    return this.#fitted(isMore ? await facesOf(this.#photo, longestSide, signal) : found, signal);
  }

  /** Ask once more with a larger size where the chosen face would be too small. */
  async #fitted(found, signal) {
    const face = found.faces[this.#face];
    const side = face ? longSideFor(face, found, this.#photo) : found.side;
    if (side <= found.side) {
      return found;
    }
    const larger = await facesOf(this.#photo, side, signal);
    const same = sameFace(face, larger.faces);
    if (same === null) {
      return found;
    }
    this.#face = same;
    return larger;
  }

  #settled(found) {
    if (!found) {
      return;
    }
    this.#found = found;
    if (this.#crop) {
      this.#tellCutting(); // the rectangle stays until it is applied or given up
    } else {
      this.#show(found);
      this.#tell();
    }
  }

  #show(found) {
    const wasHere = this.#view.contains(document.activeElement);
    const choose = (face) => this.#chosen(face, found);
    fill(this.#view, faceChoice(this.#photo.drawn(LONG_SIDE), found.faces ?? [], this.#face, choose));
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
  }

  #turn(quarters) {
    this.#photo.turn(quarters);
    this.#changed();
  }

  #cutting() {
    this.#input();
    this.#crop = cropFrame(this.#view.querySelector(".faces"));
    this.#drawTools();
    this.#tellCutting();
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
    fill(this.#told);
    this.#settled(this.#found);
    this.#buttons.cut.focus();
  }

  #tellCutting() {
    fill(this.#told, h("p", { class: "hint" }, say("crop.hint")));
  }

  #tell() {
    const { faces } = this.#found;
    fill(this.#told, faceTold(faces, this.#face), faces === null && this.#again);
  }
}

function tool(key, onclick, kind = "") {
  return h("button", { type: "button", class: kind, onclick }, say(key));
}
