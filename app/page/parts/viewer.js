// Two pictures beside each other, over each other, or one wiped across the other; moved together.

import { h, icon } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { ViewState } from "../lib/view-state.js";
import { choice } from "./fields.js";
import { ICONS } from "./icons.js";
import { handled } from "./viewer-input.js";

const ZOOM = 1.25;
const BRIGHTER = 1.15;
const STEP = 0.05;

/**
 * Compares the probe with a candidate. Each of `probe` and `candidate` is `{picture, box}`: an
 * element of `picture()`, and where the face is in it, or null.
 */
export class Viewer {
  #panes;
  #target = "both";
  #stage = h("div", {
    class: "viewer-stage",
    tabIndex: 0,
    role: "group",
    "aria-label": say("viewer.label"),
  });

  constructor({ probe, candidate }) {
    this.#panes = [
      this.#pane("probe", say("viewer.probe"), probe),
      this.#pane("candidate", say("viewer.candidate"), candidate),
    ];
    this.#stage.append(...this.#panes.map(({ frame }) => frame));
    handled(this.#stage, this);
    this.element = h("div", { class: "viewer side" }, this.#stage, this.#toolbar(), keys());
  }

  zoomIn = () => this.#each((state) => state.zoom(ZOOM));
  zoomOut = () => this.#each((state) => state.zoom(1 / ZOOM));
  zoom = (by) => this.#each((state) => state.zoom(by));
  flip = () => this.#each((state) => state.flip());
  brighter = () => this.#each((state) => state.brighten(BRIGHTER));
  darker = () => this.#each((state) => state.brighten(1 / BRIGHTER));
  move = (x, y) => this.#each((state) => state.move(x, y));
  step = (x, y) => this.move(x * STEP, y * STEP);
  reset = () => this.#each((state) => state.reset());

  /** Compare with another picture of the candidate, as the one before lay; the probe stays as it is. */
  showCandidate(shown) {
    const [probe, before] = this.#panes;
    const pane = this.#pane(before.name, say("viewer.candidate"), shown);
    pane.state.like(before.state);
    pane.frame.style.cssText = before.frame.style.cssText;
    before.frame.replaceWith(pane.frame);
    this.#panes = [probe, pane];
    this.#hold();
  }

  /** The size of one frame, in which a pointer's way is measured. */
  get frameSize() {
    return this.#panes[0].frame.getBoundingClientRect();
  }

  #pane(name, label, { picture, box }) {
    const pane = { name, state: new ViewState(), picture };
    pane.frame = h("figure", { class: `frame ${name}` }, picture, h("figcaption", {}, label));
    picture.addEventListener("drawn", () => {
      const canvas = picture.querySelector("canvas");
      pane.state.center(box, canvas, picture.getBoundingClientRect());
      apply(pane);
    });
    return pane;
  }

  #each(change) {
    for (const pane of this.#panes) {
      if (this.#target === "both" || this.#target === pane.name) {
        change(pane.state);
        apply(pane);
      }
    }
    this.#hold();
  }

  /** Where there is more than is shown, a finger moves the pictures, and the page does not scroll. */
  #hold() {
    const isHeld = this.#panes.some(({ state }) => state.isEnlarged);
    this.#stage.classList.toggle("held", isHeld);
  }

  #toolbar() {
    const blend = h("input", { type: "range", min: 0, max: 100, value: 50 });
    blend.setAttribute("aria-label", say("viewer.blend"));
    const show = () => this.#blend(blend.value / 100);
    blend.addEventListener("input", show);
    const mode = segments("viewer.mode", ["side", "overlay", "swipe"], (name) => {
      this.element.className = `viewer ${name}`;
      show();
    });
    const target = segments("viewer.target", ["both", "probe", "candidate"], (name) => {
      this.#target = name;
    });
    return h(
      "div",
      { class: "viewer-tools" },
      mode,
      target,
      h("div", { class: "row" }, this.#tools()),
      h("div", { class: "blend" }, blend),
    );
  }

  /** For whoever neither drags nor types, too. */
  #tools() {
    const deeds = {
      zoom_in: this.zoomIn,
      zoom_out: this.zoomOut,
      left: () => this.step(-1, 0),
      right: () => this.step(1, 0),
      up: () => this.step(0, -1),
      down: () => this.step(0, 1),
      flip: this.flip,
      brighter: this.brighter,
      darker: this.darker,
      reset: this.reset,
    };
    return Object.entries(deeds).map(([name, deed]) => tool(name, deed));
  }

  /** Show so much of the candidate over the probe. */
  #blend(ratio) {
    const { style } = this.#panes[1].frame;
    const isOver = this.element.classList.contains("overlay");
    const isWiped = this.element.classList.contains("swipe");
    style.opacity = isOver ? ratio : "";
    style.clipPath = isWiped ? `inset(0 0 0 ${100 * (1 - ratio)}%)` : "";
  }
}

function apply(pane) {
  const canvas = pane.picture.querySelector("canvas");
  if (canvas) {
    pane.state.apply(canvas);
  }
}

function segments(key, names, chosen) {
  const options = names.map((name, i) => ({
    value: name,
    label: say(`${key}.${name}`),
    checked: i === 0,
  }));
  const made = choice(say(key), options, { onchange: () => chosen(made.chosen()) });
  made.classList.add("segments");
  return made;
}

function tool(name, onclick) {
  const label = say(`viewer.${name}`);
  const attributes = { type: "button", class: "tool", title: label, "aria-label": label, onclick };
  return h("button", attributes, icon(ICONS[name]));
}

const keys = () => h("p", { class: "hint" }, say("viewer.keys"));
