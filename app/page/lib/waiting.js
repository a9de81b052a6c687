// Searches that wait for a network: kept when their user says so, sent when the service answers again
// to that user, and deleted when they are delivered, too old, not wanted, or anybody signs out here.

import { isAway, isForLater, Problem } from "./problem.js";
import { sent } from "./search-call.js";
import { session } from "./session.js";
import * as store from "./waiting-store.js";
import { keep } from "./work.js";

/** A shift; well within the day for which the service knows a search that is sent once more. */
export const KEPT_MS = 8 * 3_600_000;

const AGAIN_MS = 30_000;

/** So long signing out waits until it knows what waits. */
const LOOKED_MS = 2000;

/** So long signing out waits until all is deleted; other windows may have their turn first. */
const DELETED_MS = 10_000;

class Waiting extends EventTarget {
  items = []; // the searches of whoever is signed in, the oldest first
  delivered = []; // {id, form}: what this session delivered
  #deliverer = null; // the signal of the session that delivers now
  #onItsWay = { id: null, call: null }; // which search is being sent, and its AbortController
  #leaving = null; // the signal of the session whose user signs out: nothing more is kept for it
  #gone = new Set(); // ids of what was delivered or deleted, also while it is still being deleted

  /**
   * Keep a search, as `lib/search-call.js` sends it, and return true. Raises what the browser says where
   * it keeps nothing, and AbortError where the session is over.
   */
  async add({ key, blob, ...about }) {
    const { signal } = session;
    if (this.#leaving === signal) {
      throw new DOMException("its user signs out", "AbortError");
    }
    const expires = Date.now() + KEPT_MS;
    await store.put({ id: key, expires, about, blob, owner: session.owner }, signal);
    signal.throwIfAborted(); // nobody is here whose searches could be opened
    await this.load();
    signal.throwIfAborted();
    return true;
  }

  /** Open what whoever is signed in left, and begin to send it. */
  async load() {
    await this.#open();
    this.deliver();
  }

  /** See what waits by now: another window of theirs may have kept more. Waits two seconds at most. */
  async look() {
    await Promise.race([this.#open(), late(LOOKED_MS)]).catch(() => {}); // then as it was seen last
  }

  /**
   * Send all that the service has not refused, each once, as long as its user is here by a token that is not
   * over and the service answers: what it fails at keeps no other from being sent, and has its turn when this is
   * called again.
   */
  async deliver() {
    const { signal } = session;
    const isHere = () => session.who !== null && !signal.aborted && !session.isOver;
    if (!isHere() || this.#deliverer === signal) {
      return;
    }
    this.#deliverer = signal;
    const tried = new Set();
    try {
      for (let item = this.#next(tried); item && isHere(); item = this.#next(tried)) {
        tried.add(item.id);
        await this.#send(item, signal);
      }
    } catch (error) {
      if (!signal.aborted && !isAway(error)) {
        throw error;
      }
    } finally {
      this.#deliverer = this.#deliverer === signal ? null : this.#deliverer;
    }
  }

  /** Delete one. If it is being sent, that ends, though the service may have it already. */
  async remove(id) {
    this.#gone.add(id); // from now on it is not sent
    if (this.#onItsWay.id === id) {
      this.#onItsWay.call.abort();
    }
    try {
      await store.drop(id);
    } catch (error) {
      this.#gone.delete(id); // it is told, and waits on
      throw error;
    }
    this.#keepOnly((one) => one.id !== id);
  }

  /**
   * Delete all that waits on this device, whoever left it, since its user signs out: nothing more is kept or
   * sent. Raises Problem `not_deleted` where the browser does not do it, or not in time.
   */
  async removeAll() {
    const ids = this.items.map(({ id }) => id);
    this.#leaving = session.signal;
    ids.forEach((id) => this.#gone.add(id));
    this.#onItsWay.call?.abort();
    try {
      await Promise.race([store.dropAll(), late(DELETED_MS)]);
    } catch {
      ids.forEach((id) => this.#gone.delete(id)); // they are there when their user comes back
      throw new Problem("not_deleted");
    }
  }

  /** Delete what is too old, and send what waits, in whichever window it was kept. */
  async goOn() {
    if (session.who === null) {
      await store.dropExpired();
    } else {
      await this.#open();
      await this.deliver();
    }
  }

  /** Forget what is in memory; what waits goes on waiting. */
  leave() {
    [this.items, this.delivered] = [[], []];
  }

  /** Open what waits for whoever is signed in; what is too old is deleted. */
  async #open() {
    const { signal } = session;
    const found = await store.opened(session.owner);
    if (signal.aborted) {
      return;
    }
    const said = new Map(this.items.map(({ id, problem }) => [id, problem]));
    const before = [...said.keys()].join();
    this.items = found
      .filter(({ id }) => !this.#gone.has(id))
      .map((one) => ({ ...one, problem: said.get(one.id) ?? null }))
      .sort((one, other) => one.expires - other.expires);
    if (this.items.map(({ id }) => id).join() !== before) {
      this.#changed();
    }
  }

  #next(tried) {
    const isOpen = ({ id, problem }) => problem === null || isForLater(problem);
    return this.items.find((one) => isOpen(one) && !tried.has(one.id) && !this.#gone.has(one.id));
  }

  /** Send one. It has one key, so it counts once, however often it is sent. */
  async #send(item, signal) {
    const { id, expires } = item;
    if (expires <= Date.now() || !(await store.has(id))) {
      await this.remove(id);
      return;
    }
    const call = new AbortController();
    this.#onItsWay = { id, call };
    try {
      if (!this.#gone.has(id)) {
        await this.#answered(item, await sent({ ...item, key: id }, AbortSignal.any([signal, call.signal])));
      }
    } catch (error) {
      if (!call.signal.aborted) {
        this.#refused(id, error);
      }
    }
  }

  async #answered({ id, form, blob }, answer) {
    keep(answer, blob);
    this.delivered.push({ id: answer.search_id, form });
    this.#gone.add(id);
    this.items = this.items.filter((one) => one.id !== id);
    this.#changed();
    await store.drop(id);
  }

  /** What the service made of it is told where the search waits, once. */
  #refused(id, error) {
    if (!(error instanceof Problem) || isAway(error)) {
      throw error;
    }
    if (this.items.some((one) => one.id === id && one.problem?.code === error.code)) {
      return;
    }
    this.items = this.items.map((one) => (one.id === id ? { ...one, problem: error } : one));
    this.#changed();
  }

  #keepOnly(isWanted) {
    const all = this.items.length;
    this.items = this.items.filter(isWanted);
    if (this.items.length < all) {
      this.#changed();
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const waiting = new Waiting();

const late = (ms) => new Promise((_, reject) => setTimeout(reject, ms));

/** Begin: what is too old goes, also where nobody signs in. */
export function keepSending() {
  store.dropExpired();
  session.addEventListener("start", () => waiting.load());
  session.addEventListener("renew", () => waiting.deliver());
  session.addEventListener("end", () => waiting.leave());
  window.addEventListener("online", () => waiting.deliver());
  setInterval(() => waiting.goOn(), AGAIN_MS);
}
