// What is taken out of the page: a disclosure package as a file, or the screen on paper.

import { bytes } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { session } from "../lib/session.js";
import { say } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";

/**
 * Return the buttons; a package that has not come when `signal` ends is not taken. It shows names and
 * scores: whoever has yet to answer as a reviewer is not offered it, since they would not be blind any more.
 */
export function documents(searchId, { signal, blind = false }) {
  const told = h("div", { class: "told" });
  const mayDisclose = session.may("review", "admin") && !blind;
  const print = h("button", { type: "button", onclick: () => window.print() }, say("documents.print"));
  const take = async () => {
    const work = () => download(searchId, signal);
    const how = { button: disclose, place: told, text: say("documents.packing") };
    const name = isBusy(disclose) ? null : await busy(work, how);
    if (name) {
      fill(told, h("p", { class: "good", role: "status" }, say("documents.saved", { name })));
    }
  };
  const disclose = h("button", { type: "button", onclick: take }, say("documents.disclose"));
  return h(
    "section",
    { class: "documents", "aria-label": say("documents.title") },
    h("div", { class: "row" }, mayDisclose && disclose, print),
    mayDisclose && h("p", { class: "hint" }, say("documents.what")),
    told,
  );
}

const HANDED_OVER_MS = 10_000; // some browsers read the address after the click

/** Hand the package to the browser's downloads, and return its name; the page keeps nothing of it. */
async function download(searchId, signal) {
  const file = await bytes(`/searches/${encodeURIComponent(searchId)}/disclosure`, { signal });
  const [href, name] = [URL.createObjectURL(file), `disclosure-${searchId}.zip`];
  h("a", { href, download: name }).click();
  const forget = () => URL.revokeObjectURL(href);
  setTimeout(forget, HANDED_OVER_MS);
  session.signal.addEventListener("abort", forget, { once: true }); // the next user reads nothing of it
  return name;
}
