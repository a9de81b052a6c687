// A list that comes page by page, with a button for more of it.

import { fill, h } from "../lib/dom.js";
import { number, say, sayCount } from "../lib/words.js";
import { busy, isBusy } from "./busy.js";

/**
 * Return the list with its first page, of which its `told` says how much came. `ask(after)` returns a page as
 * the API has it; `row` makes a list item of one of its items; `empty` is said where there are none.
 */
export async function pagedList(ask, row, { label, empty }) {
  const first = await ask(null);
  if (first.items.length === 0) {
    return Object.assign(h("p", { class: "quiet-box empty-list" }, empty), { told: empty });
  }
  const list = h("ol", { class: "rows", "aria-label": label }, first.items.map(row));
  const told = h("div", { class: "told" });
  const foot = h("div", {});
  const more = h("button", { type: "button" }, say("list.more"));
  let after = first.next;
  const offer = () => fill(foot, after === null ? null : more, told);
  more.addEventListener("click", async () => {
    const page = isBusy(more) ? null : await busy(() => ask(after), { button: more, place: told });
    if (page) {
      const rows = page.items.map(row);
      list.append(...rows);
      after = page.next;
      offer();
      goTo(rows[0] ?? list);
    }
  });
  offer();
  return Object.assign(h("div", { class: "paged" }, list, foot), { told: sumOf(first) });
}

const sumOf = ({ items, next }) =>
  next === null ? sayCount("list.whole", items.length) : say("list.first", { n: number(items.length) });

/** Go to the first of what came, to its link or button where it has one: "more" may be gone. */
function goTo(row) {
  const first = row.querySelector("a, button");
  if (first === null) {
    row.tabIndex = -1;
  }
  (first ?? row).focus();
}
