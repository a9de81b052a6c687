// The photos of an import that were not indexed: each with its picture, and why.

import { get } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { number, say } from "../lib/words.js";
import { busy } from "./busy.js";
import { field } from "./fields.js";
import { pagedList } from "./paged-list.js";
import { picture } from "./picture.js";

const AGAIN_MS = 3000;
const WIDTH = 96;

/** Why there is no picture that could be drawn. */
const WITHOUT_PICTURE = new Set([
  "photo_unreadable",
  "not_a_picture",
  "photo_too_large",
  "photo_too_costly",
  "photo_missing",
  "id_not_encodable",
  "entry_unusable",
  "source_timeout",
  "source_unavailable",
  "withheld",
]);

export class ImportFailures {
  #place = h("div", { tabIndex: -1 });
  #told = h("div", { class: "told" });
  #chosen = h("select", { name: "reason", onchange: () => this.refresh() });
  #offer = h("button", { type: "button", hidden: true, onclick: () => this.#renew() }, say("failures.newer"));
  #counts = ""; // by reason, as they were told last
  #isBehind = false; // whether they changed since the list was asked for
  #listed = null; // the reason whose photos are listed; null: there is no list
  #asked = { at: 0 }; // the newest refresh: what an older one brings is not shown

  constructor(path, signal) {
    Object.assign(this, { path, signal });
    this.element = h(
      "section",
      { class: "failures", "aria-label": say("failures.title") },
      h("h2", {}, say("failures.title")),
      field(say("failures.reason"), this.#chosen, { required: true }),
      this.#offer,
      this.#told,
      this.#place,
    );
  }

  /** Take the counts by reason: they are what can be chosen, beside the reason whose photos are listed. */
  count({ counts }) {
    const told = JSON.stringify(counts.reasons);
    this.#isBehind ||= told !== this.#counts;
    this.#counts = told;
    const all = h("option", { value: "" }, say("failures.all", { n: number(counts.failed) }));
    const before = this.#chosen.value;
    const isNone = before !== "" && !counts.reasons.some((one) => one.reason === before);
    const reasons = isNone ? [...counts.reasons, { reason: before, count: 0 }] : counts.reasons;
    const options = reasons.map(({ reason, count }) =>
      h("option", { value: reason }, `${say(`reason.${reason}`)} (${number(count)})`),
    );
    if (document.activeElement !== this.#chosen) {
      fill(this.#chosen, all, options);
      this.#chosen.value = before;
    }
  }

  /** Where nothing is listed, ask now and then; a list that is there is renewed by whoever reads it. */
  async follow(isEnd) {
    const isDue = isEnd || Date.now() - this.#asked.at > AGAIN_MS;
    this.#offer.hidden = !this.#isBehind || this.#listed === null;
    if (this.#isBehind && this.#listed === null && isDue && !session.isOver) {
      await this.refresh();
    }
  }

  /** List what failed for the chosen reason; where it cannot be asked for, no other reason's list stays. */
  async refresh() {
    const asked = (this.#asked = { at: Date.now() });
    const reason = this.#chosen.value;
    this.#isBehind = false;
    const list = await busy(() => this.#list(reason), { place: this.#told });
    if (asked !== this.#asked) {
      return;
    }
    if (list) {
      this.#listed = list.matches(".paged") ? reason : null;
      fill(this.#place, list);
    } else {
      this.#isBehind = true;
      this.#clearUnless(reason);
    }
    this.#offer.hidden = !this.#isBehind || this.#listed === null;
  }

  #clearUnless(reason) {
    if (this.#listed !== reason) {
      this.#listed = null;
      fill(this.#place);
    }
  }

  async #renew() {
    await this.refresh();
    if (this.#offer.hidden) {
      this.#place.focus(); // the button is gone
    }
  }

  #list(reason) {
    const wanted = reason ? { reason } : { status: "failed" };
    const ask = (after) =>
      get(`${this.path}/items`, { query: { ...wanted, after, limit: 20 }, signal: this.signal });
    const words = { label: say("failures.title"), empty: say("failures.none") };
    return pagedList(ask, (one) => this.#row(one), words);
  }

  #picture(position, id) {
    const source = `${this.path}/items/${position}/photo`;
    const label = say("failures.picture", { id });
    return picture(source, { searchId: id, label, width: WIDTH, style: "small" });
  }

  #row({ position, external_image_id: id, reason, detail, location, attempts }) {
    return h(
      "li",
      { class: "sheet row-item failure" },
      WITHOUT_PICTURE.has(reason) ? nothingToSee() : this.#picture(position, id),
      h(
        "div",
        {},
        h("h3", { class: "long" }, id),
        h("p", {}, say(`reason.${reason}`)),
        detail && h("p", { class: "hint", lang: "en" }, detail),
        h("p", { class: "hint long" }, location),
        attempts > 1 && h("p", { class: "hint" }, say("failures.attempts", { n: number(attempts) })),
      ),
    );
  }
}

const nothingToSee = () => h("div", { class: "picture none small" }, h("p", {}, say("picture.none")));
