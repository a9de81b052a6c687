// A table of figures, which is moved sideways where it does not fit.

import { h } from "../lib/dom.js";
import { number } from "../lib/words.js";

/** Columns are `{label, of, long}`: `of` takes a row's value; a number stands to the right. */
export function table(caption, columns, rows) {
  const head = columns.map(({ label }) => h("th", { scope: "col" }, label));
  return h(
    "div",
    { class: "table-frame", role: "region", "aria-label": caption, tabIndex: 0 },
    h(
      "table",
      { class: "figures" },
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((one) => cell(one.of(row)))))),
    ),
  );
}

const cell = (value) =>
  typeof value === "number" ? h("td", { class: "figure" }, number(value)) : h("td", {}, value);
