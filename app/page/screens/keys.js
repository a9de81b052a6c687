// For administrators: which keys there are, a new one, and taking one back.

import { get, remove } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { dateOnly, day, dayTime, number, say, sayOr } from "../lib/words.js";
import { keyForm } from "../parts/key-form.js";
import { pagedList } from "../parts/paged-list.js";
import { sureButton } from "../parts/sure-button.js";

export async function screen(_, signal) {
  const place = h("div", { tabIndex: -1, class: "key-list" });
  const list = async () => fill(place, await keys(signal, list));
  await list();
  return h(
    "div",
    { class: "work" },
    h("h1", {}, say("keys.title")),
    keyForm(list),
    h("section", { "aria-label": say("keys.list") }, h("h2", {}, say("keys.list")), place),
  );
}

function keys(signal, again) {
  const ask = (after) => get("/keys", { query: { after }, signal });
  return pagedList(ask, (one) => row(one, again), { label: say("keys.list"), empty: say("keys.none") });
}

function row(key, again) {
  const { name, prefix, scopes } = key;
  const revoke = async () => {
    await remove(`/keys/${encodeURIComponent(prefix)}`);
    await again();
    document.querySelector(".key-list").focus(); // the button is gone
  };
  return h(
    "li",
    { class: "sheet row-item key-row" },
    h("h3", { class: "long" }, name, " ", h("code", {}, prefix)),
    h("p", { class: "row" }, scopes.map((one) => h("span", { class: "badge" }, one)), ended(key)),
    h("p", { class: "hint" }, factsOf(key).filter(Boolean).join(" · ")),
    key.revoked_at === null &&
      sureButton(say("keys.revoke"), say("keys.revoke_sure", { name }), revoke, {
        name: say("keys.revoke_of", { name: `${name} ${prefix}` }),
      }),
  );
}

/** What is over is said in words, not by a colour. */
function ended({ revoked_at: revoked, expires_at: expires }) {
  if (revoked) {
    return h("strong", {}, say("keys.revoked", { when: dayTime(revoked) }));
  }
  return expires && new Date(expires) < new Date() && h("strong", {}, say("keys.over"));
}

const factsOf = (key) => [
  say("keys.created", { when: day(key.created_at) }),
  key.last_used_at ? say("keys.used", { when: dayTime(key.last_used_at) }) : say("keys.not_used"),
  key.expires_at && say("keys.expires", { when: dayTime(key.expires_at) }),
  key.trained_until && say("keys.trained", { when: dateOnly(key.trained_until) }),
  key.networks.join(", "),
  key.purpose && sayOr(`purpose.${key.purpose}`, key.purpose),
  key.case_number,
  key.calls_a_minute && say("keys.calls", { n: number(key.calls_a_minute) }),
];
