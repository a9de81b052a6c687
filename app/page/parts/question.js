// A question that stands over the page until whoever is signed in answers it. It goes with them.

import { h, uniqueId } from "../lib/dom.js";
import { session } from "../lib/session.js";

/**
 * Open a question: `texts` say what it is about, `rest` are its buttons and whatever stands below. Return the
 * dialog, which is closed to answer; whoever was somewhere on the page is there again. The text has the focus at first: a
 * key that somebody presses while they write answers nothing.
 */
export function question(title, texts, ...rest) {
  const said = uniqueId("question");
  const words = { class: "question", role: "alertdialog", "aria-label": title, "aria-describedby": said };
  const text = h("div", { id: said, tabIndex: -1, autofocus: true }, texts.map((one) => h("p", {}, one)));
  const dialog = h("dialog", words, text, ...rest);
  const { signal } = session;
  const close = () => dialog.close();
  signal.addEventListener("abort", close);
  dialog.addEventListener("close", () => {
    signal.removeEventListener("abort", close);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Make one of its buttons. */
export const button = (text, onclick, kind) => h("button", { type: "button", class: kind, onclick }, text);
