// What stands round every screen: the notice that is always in sight, the ways to go, who is signed in.

import { h } from "../lib/dom.js";
import { authentication } from "../lib/sign-in.js";
import { address, found, SCREENS } from "../lib/router.js";
import { session } from "../lib/session.js";
import { waiting } from "../lib/waiting.js";
import { LANGUAGES, say, sayCount, spoken } from "../lib/words.js";
import { uncoverButton } from "./cover.js";
import { signOutButton } from "./sign-out.js";

/** Return the elements of the page round `place`, where screens are drawn; `signal` ends with them. */
export function frame(place, { onLanguage, signal }) {
  const toMain = (event) => {
    event.preventDefault(); // the address names the screen
    place.focus();
  };
  return [
    h("a", { class: "skip", href: "#main", onclick: toMain }, say("frame.skip")),
    h(
      "header",
      { class: "top" },
      h("a", { class: "brand", href: "#/" }, "Candid"),
      session.who && ways(signal),
      h("div", { class: "who" }, languages(onLanguage), session.who && whoIsHere()),
    ),
    leadNotice(),
    session.who && uncoverButton(),
    place,
  ];
}

/** Candidates are leads: said on every screen, and never scrolled away. */
function leadNotice() {
  return h(
    "aside",
    { class: "lead-notice", "aria-label": say("notice.label") },
    h("strong", {}, say("notice.short")),
    " ",
    h("span", {}, say("notice.more")),
  );
}

function ways(signal) {
  const open = SCREENS.filter((one) => one.inMenu && session.may(...one.scopes));
  const named = open.map((one) => [one.path, h("a", { href: address(one.path) }, say(`menu.${one.inMenu}`))]);
  const links = [["/waiting", waitingLink(signal)], ...named];
  const mark = () => {
    const here = found(window.location.hash)?.screen;
    for (const [path, link] of links) {
      const isHere = path === (here?.within ?? here?.path);
      link.toggleAttribute("aria-current", isHere);
      if (isHere) {
        link.setAttribute("aria-current", "page");
      }
    }
  };
  window.addEventListener("hashchange", mark, { signal });
  mark();
  return h("nav", { class: "ways", "aria-label": say("menu.label") }, links.map(([, link]) => link));
}

/** Seen only while something waits for a network, or has just been delivered. */
function waitingLink(signal) {
  const link = h("a", { href: address("/waiting"), class: "waits" });
  const draw = () => {
    const { items, delivered } = waiting;
    link.hidden = items.length + delivered.length === 0;
    link.textContent = items.length
      ? sayCount("menu.waiting", items.length)
      : sayCount("menu.delivered", delivered.length);
  };
  waiting.addEventListener("change", draw, { signal });
  draw();
  return link;
}

function languages(onLanguage) {
  const options = Object.entries(LANGUAGES).map(([code, name]) =>
    h("option", { value: code, lang: code, selected: code === spoken() }, name),
  );
  const change = async ({ target }) => {
    await onLanguage(target.value);
    target.value = spoken(); // it may be another than was wanted
  };
  return h(
    "select",
    { class: "quiet", "aria-label": say("frame.language"), onchange: change },
    options,
  );
}

function whoIsHere() {
  return [
    h("span", { class: "name", title: session.name }, session.name),
    authentication() === "none" ? null : signOutButton(),
  ];
}
