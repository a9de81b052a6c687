// One import as it goes on: how far it is, what went wrong with which photo, and what can be done.

import { get, post } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { events } from "../lib/events.js";
import { address } from "../lib/router.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "../parts/busy.js";
import { ImportFailures } from "../parts/import-failures.js";
import { importProgress } from "../parts/import-progress.js";
import { problemBox } from "../parts/problem.js";
import { sureButton } from "../parts/sure-button.js";

const STEPS = { running: ["pause"], paused: ["resume"], finished: [], cancelled: [] };

export async function screen({ run }, signal) {
  const watched = new WatchedImport(`/imports/${encodeURIComponent(run)}`, signal);
  watched.show(await get(watched.path, { signal }));
  await watched.failures.refresh();
  watched.watch();
  return watched.element;
}

class WatchedImport {
  #title = h("h2", { class: "long" });
  #state = h("p", { class: "state", role: "status" });
  #progress = h("div", { class: "import-progress" });
  #steps = h("div", { class: "row" });
  #watched = h("div", { class: "told" }); // whether it can be watched; each event says so anew
  #told = h("div", { class: "told" }); // what came of a step
  #offered = "";
  #watch = new AbortController();

  constructor(path, signal) {
    Object.assign(this, { path, signal, failures: new ImportFailures(path, signal) });
    this.element = h(
      "div",
      { class: "work", onlookagain: () => this.#lookAgain() },
      h("h1", {}, say("import.title")),
      h("section", { class: "sheet" }, this.#title, this.#state, this.#progress, this.#watched),
      this.#steps,
      this.#told,
      this.failures.element,
    );
  }

  /** Draw how far it is. */
  show(run) {
    const { source, state } = run;
    this.#title.textContent = [say(`source.${source.kind}`), source.location].filter(Boolean).join(": ");
    const told = say(`run.${state}`);
    if (this.#state.textContent !== told) {
      this.#state.textContent = told; // read aloud when it changes, and only then
    }
    fill(this.#progress, importProgress(run));
    this.failures.count(run);
    this.#offer(run);
  }

  /** Follow the import from now to its end, instead of whatever followed it; each event is drawn. */
  async watch() {
    this.#watch.abort();
    this.#watch = new AbortController();
    const signal = AbortSignal.any([this.signal, this.#watch.signal]);
    try {
      for await (const { name, data } of events(`${this.path}/events`, signal)) {
        if (data?.counts) {
          this.show(data);
        }
        const isOut = name === "broken_off" || name === "unavailable";
        fill(this.#watched, isOut && h("p", { class: "quiet-box", role: "status" }, say("import.out_of_sight")));
        await this.failures.follow(name === "end");
      }
    } catch (error) {
      if (!signal.aborted) {
        fill(this.#watched, problemBox(error));
      }
    }
  }

  #lookAgain() {
    fill(this.#watched);
    this.#toSteps();
    this.watch();
  }

  /** Buttons stay as they are, and keep their focus, until there are others. */
  #offer({ state, counts, dry_run: isTrial }) {
    const mayRetry = counts.failed > 0 && !isTrial;
    const offered = `${state} ${mayRetry}`;
    if (offered === this.#offered) {
      return;
    }
    this.#offered = offered;
    const isOpen = STEPS[state].length > 0;
    fill(
      this.#steps,
      h("a", { class: "button", href: address("/imports") }, say("import.all")),
      STEPS[state].map((step) => this.#button(step)),
      mayRetry && this.#button("retry"),
      isOpen && sureButton(say("import.cancel"), say("import.cancel_sure"), () => this.#take("cancel")),
    );
  }

  #button(step) {
    const take = () =>
      isBusy(made) || busy(() => this.#take(step), { button: made, place: this.#told });
    const made = h("button", { type: "button", onclick: take }, say(`import.${step}`));
    return made;
  }

  async #take(step) {
    await post(`${this.path}/${step}`, { signal: this.signal });
    const run = await get(this.path, { signal: this.signal });
    this.show(run);
    this.watch(); // what had ended goes on again, if it was told to
    if (!this.#steps.contains(document.activeElement)) {
      this.#toSteps();
    }
  }

  #toSteps() {
    this.#steps.querySelector("button, a").focus();
  }
}
