// Starts the page: words, who is signed in, and the screen that the address names.

import { lostWithScreen } from "./lib/begun.js";
import { fill, h } from "./lib/dom.js";
import { get } from "./lib/api.js";
import { authentication } from "./lib/sign-in.js";
import { keepAddress, takeAddress } from "./lib/own-address.js";
import { firstScreen, found, goInstead, Router, SCREENS } from "./lib/router.js";
import { keepFiles } from "./lib/service-worker.js";
import { session } from "./lib/session.js";
import { keepSending } from "./lib/waiting.js";
import { say, speak } from "./lib/words.js";
import { progress } from "./parts/busy.js";
import { coverPictures } from "./parts/cover.js";
import { frame } from "./parts/frame.js";
import { problemBox, problemScreen } from "./parts/problem.js";
import { printed } from "./parts/printed.js";

const app = document.getElementById("app");
const NOTHING = { screen: { title: "nothing.title", load: () => import("./screens/nothing.js") }, parameters: {} };
const NOT_YOURS = { screen: { title: "not_yours.title", load: () => import("./screens/not-yours.js") }, parameters: {} };
const notSpoken = h("div", { class: "told" }); // why a language is not spoken
const CHANGING = { form: "frame.language_empties", key: "frame.language_loses_key" };
const LEAVING = { form: "frame.leaving_empties", key: "frame.leaving_loses_key" };
let router = null;
let newestChange = null; // of the language
let drawing = new AbortController(); // ends what the frame listens to

/** Draw everything anew: at the start, when somebody comes or goes, and in another language. */
function draw() {
  router?.leave();
  drawing.abort();
  drawing = new AbortController();
  const place = h("main", { id: "main", tabIndex: -1 });
  router = new Router(place, { drawProblem: problemScreen, drawProgress: progress });
  fill(app, ...frame(place, { onLanguage: changeLanguage, signal: drawing.signal }), ...printed());
  return show();
}

/** Speak another language, the one chosen last. The screen is drawn anew for it. */
async function changeLanguage(code) {
  const own = (newestChange = {});
  try {
    if (await speak(code, () => own === newestChange && mayLose(CHANGING))) {
      draw();
    }
  } catch (error) {
    if (own === newestChange) {
      fill(notSpoken, problemBox(error));
      document.getElementById("main").prepend(notSpoken);
    }
  }
}

/** Ask about what is lost with the screen, if anything is. */
function mayLose(questions) {
  const lost = lostWithScreen();
  return lost === null || window.confirm(say(questions[lost]));
}

/** Follow the address to its screen, if what is lost with this one may be. */
function follow({ oldURL }) {
  if (session.who === null || mayLose(LEAVING)) {
    show();
  } else {
    keepAddress(oldURL);
  }
}

/** Let the browser ask, in its own words. */
function askBeforeUnload(event) {
  if (session.who !== null && lostWithScreen() !== null) {
    event.preventDefault();
  }
}

/** Show what the address names, to whoever is there. */
async function show() {
  if (session.who === null) {
    await router.show({ screen: { title: "sign_in.title", load: () => import("./screens/sign-in.js") }, parameters: {} });
    return;
  }
  takeAddress();
  const named = found(window.location.hash);
  if (named !== null) {
    await router.show(session.may(...named.screen.scopes) ? named : NOT_YOURS);
    return;
  }
  const first = firstScreen();
  if (first) {
    router.leave(); // what was lost with the screen is asked about once
    goInstead(first.path);
  } else {
    await router.show(NOTHING);
  }
}

window.addEventListener("hashchange", follow);
window.addEventListener("beforeunload", askBeforeUnload);
window.addEventListener("pagehide", () => session.end()); // what is kept for "back" has nothing
window.addEventListener("pageshow", ({ persisted }) => persisted && window.location.reload());
coverPictures();
session.addEventListener("start", draw);
session.addEventListener("end", draw);

keepSending();

await speak().catch((error) => {
  document.getElementById("not-loaded").hidden = false; // without words there is nothing to say
  throw error;
});
if (authentication() === "none") {
  await session.start(get).catch((error) => fill(app, problemBox(error)));
} else {
  await draw(); // before the other screens, which it would wait for
}
SCREENS.forEach(({ load }) => load().catch(() => {})); // ahead of need; the router tells what fails
await keepFiles();
