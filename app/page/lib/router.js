// Which screen is shown: the address after the `#`, which no server sees and which names ids alone.

import { endBegun, noteBegun } from "./begun.js";
import { fill } from "./dom.js";
import { session } from "./session.js";
import { say } from "./words.js";

const PATIENCE_MS = 300; // after which a screen that is not there yet is said to come

/**
 * Every screen: its path, the scopes of which one is needed, and the file that draws it. Its function
 * `screen` gets the path's parameters and a signal that ends with it, and returns an element, or a
 * promise of one. `inMenu` names its entry in the menu, where it has one; else the entry of `within`
 * is marked while it is shown. The browser's history keeps a tab's title after the session's end, so it
 * is fixed: the menu's text, else `title`.
 */
export const SCREENS = [
  { path: "/ask", inMenu: "ask", scopes: ["search"], load: () => import("../screens/ask.js") },
  {
    path: "/searches/:search",
    title: "compare.steps",
    scopes: ["search"],
    load: () => import("../screens/results.js"),
  },
  {
    path: "/searches/:search/compare/:rank",
    title: "results.compare",
    scopes: ["search"],
    load: () => import("../screens/compare.js"),
  },
  {
    path: "/searches/:search/review",
    title: "review.title",
    within: "/reviews",
    scopes: ["review"],
    load: () => import("../screens/review.js"),
  },
  {
    path: "/reviews",
    inMenu: "reviews",
    scopes: ["review"],
    load: () => import("../screens/reviews.js"),
  },
  {
    path: "/searches",
    inMenu: "searches",
    scopes: ["search"],
    load: () => import("../screens/searches.js"),
  },
  {
    path: "/waiting",
    title: "waiting.title",
    scopes: ["search"],
    load: () => import("../screens/waiting.js"),
  },
  {
    path: "/imports",
    inMenu: "imports",
    scopes: ["import"],
    load: () => import("../screens/imports.js"),
  },
  {
    path: "/imports/:run",
    title: "import.title",
    within: "/imports",
    scopes: ["import"],
    load: () => import("../screens/import.js"),
  },
  {
    path: "/state",
    inMenu: "state",
    scopes: ["import", "admin"],
    load: () => import("../screens/state.js"),
  },
  { path: "/audit", inMenu: "audit", scopes: ["audit"], load: () => import("../screens/audit.js") },
  { path: "/keys", inMenu: "keys", scopes: ["admin"], load: () => import("../screens/keys.js") },
];

/** The address of a screen, for links. */
export const address = (path, parameters = {}) =>
  `#${path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(parameters[name]))}`;

/** Show another screen, when what was filled in here is sent: for a screen that is there still. */
export const go = (path, parameters) => {
  endBegun();
  window.location.hash = address(path, parameters);
};

/** Whether the address asks a screen for something of its own: `#/path?what`. */
export const asksFor = (what) => window.location.hash.endsWith(`?${what}`);

/** Show another screen without a step in the history. */
export const goInstead = (path, parameters) => {
  endBegun();
  window.location.replace(address(path, parameters));
};

/** Find the screen of an address and its parameters; null where there is none. */
export function found(hash) {
  const parts = hash.replace(/^#/, "").split("?")[0].split("/").map(decoded);
  for (const screen of SCREENS) {
    const parameters = fitted(screen.path.split("/"), parts);
    if (parameters !== null) {
      return { screen, parameters };
    }
  }
  return null;
}

/** The first screen that whoever is signed in may see; null: none. */
export const firstScreen = () =>
  SCREENS.find((one) => !one.path.includes(":") && session.may(...one.scopes)) ?? null;

/**
 * Draws screens into a place, one after the other; the one before is ended first. `drawProgress` makes
 * what stands there while a screen gets what it shows, `drawProblem` what stands there instead of one
 * that did not come, from the error and a function that shows the screen again.
 */
export class Router {
  #place;
  #drawProblem;
  #drawProgress;
  #ending = new AbortController();

  constructor(place, { drawProblem, drawProgress }) {
    [this.#place, this.#drawProblem, this.#drawProgress] = [place, drawProblem, drawProgress];
    noteBegun(place);
  }

  async show({ screen, parameters }) {
    this.leave();
    const { signal } = (this.#ending = new AbortController());
    const late = setTimeout(() => fill(this.#place, this.#drawProgress()), PATIENCE_MS);
    signal.addEventListener("abort", () => clearTimeout(late));
    try {
      const drawn = await (await screen.load()).screen(parameters, signal);
      if (!signal.aborted) {
        this.#present(drawn, screen);
      }
    } catch (error) {
      if (!signal.aborted) {
        const again = () => this.show({ screen, parameters });
        this.#present(this.#drawProblem(error, again), screen);
      }
    } finally {
      clearTimeout(late);
    }
  }

  /** End the screen and take it off the page. */
  leave() {
    this.#ending.abort();
    fill(this.#place);
  }

  #present(drawn, screen) {
    fill(this.#place, drawn);
    document.title = titleOf(screen);
    const heading = this.#place.querySelector("h1");
    if (heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true }); // screen readers begin here
    }
    window.scrollTo(0, 0);
  }
}

function titleOf({ inMenu, title }) {
  const told = inMenu ? say(`menu.${inMenu}`) : title && say(title);
  return told ? `${told} · Candid` : "Candid";
}

/** What no address of ours would have is left as it is: the service knows no such id. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function fitted(pattern, parts) {
  if (pattern.length !== parts.length) {
    return null;
  }
  const parameters = {};
  for (const [i, one] of pattern.entries()) {
    if (one.startsWith(":")) {
      parameters[one.slice(1)] = parts[i];
    } else if (one !== parts[i]) {
      return null;
    }
  }
  return parameters;
}
