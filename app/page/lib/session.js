// Who is signed in. All of it is in this page's memory: a reload, or the end of the page, ends it.

import { Problem } from "./problem.js";

const UTF8 = new TextEncoder();

/** A header's value is sent byte by byte; names of people are written in UTF-8. */
export const headerText = (text) => String.fromCharCode(...UTF8.encode(text));

/** A clock by which something is over that the service has just accepted is wrong: it tells no end. */
function endOf({ expires_at: told }) {
  const end = told ? Date.parse(told) : Infinity;
  return end > Date.now() ? end : Infinity;
}

class Session extends EventTarget {
  #secret = null;
  #person = null;
  #attempt = null; // the newest call of start
  #ending = new AbortController();
  #asked = null; // until this signal a new token is asked for
  who = null; // what GET /whoami answered; null: nobody is signed in
  policy = null; // what GET /policy answered
  endsAt = Infinity; // when the key or the token ends, in ms, by this device's clock

  /** Whether the key or the token is over. Nothing is sent by itself then, until another token goes on. */
  get isOver() {
    return Date.now() >= this.endsAt;
  }

  /** What each call is sent with. */
  headers() {
    const sent = {};
    if (this.#secret) {
      sent.Authorization = `Bearer ${this.#secret}`;
    }
    if (this.#person) {
      sent["X-Candid-On-Behalf-Of"] = headerText(this.#person);
    }
    return sent;
  }

  /** Ends with this session. What takes a while holds on to it: the next session has another. */
  get signal() {
    return this.#ending.signal;
  }

  /** Whom the key is used for; null where the caller is a person, or nobody said. */
  get person() {
    return this.#person;
  }

  /** Under which name what is done here stands in the audit. */
  get name() {
    return this.#person ?? this.who?.name ?? "";
  }

  /** Who is signed in, and for whom: the same when they come back. */
  get owner() {
    return [this.who.kind, this.who.name, this.who.subject, this.#person];
  }

  /**
   * Sign in with a key or a token, and ask what it may do. `ask` is the API client's `get`.
   * Where the service says no, nobody is signed in. Whoever was signed in is out first, and what they
   * left is forgotten; of two that start at once the later one is let in.
   */
  async start(ask, { secret = null, person = null } = {}) {
    this.end();
    this.#forget(); // an attempt before this one, too
    const attempt = (this.#attempt = {});
    [this.#secret, this.#person] = [secret, person || null];
    try {
      const who = await ask("/whoami"); // alone: a wrong key counts once toward the lockout
      this.#stillWanted(attempt);
      const policy = await ask("/policy");
      this.#stillWanted(attempt);
      [this.who, this.policy, this.endsAt] = [who, policy, endOf(who)];
    } catch (error) {
      this.#stillWanted(attempt);
      this.#forget();
      throw error;
    }
    this.dispatchEvent(new Event("start"));
  }

  /**
   * Go on with another token of the same person, whom `who` tells: what GET /whoami answers for it. Raises
   * Problem `sign_in_other` where it is somebody else's.
   */
  goOn(secret, who) {
    if (["kind", "issuer", "subject"].some((one) => who[one] !== this.who[one])) {
      throw new Problem("sign_in_other");
    }
    const { name } = this.who; // as before, for what waits is opened by it
    [this.#secret, this.who, this.endsAt] = [secret, { ...who, name }, endOf(who)];
    this.dispatchEvent(new Event("renew"));
  }

  /** Note that another token is asked for until `signal`: a refusal of this one ends nothing meanwhile. */
  askedUntil(signal) {
    this.#asked = signal;
  }

  /**
   * The service knows nobody by `headers`, which this session sent: it ends with `problem`, unless it goes on with
   * another token by now, or one is asked for.
   */
  refused({ Authorization: sent }, problem) {
    if (sent !== this.headers().Authorization) {
      return;
    }
    if (this.#asked?.aborted === false) {
      this.endsAt = Math.min(this.endsAt, Date.now());
    } else {
      this.end(problem);
    }
  }

  /** Say whether any of the scopes is held. */
  may(...scopes) {
    return this.who !== null && scopes.some((scope) => this.who.scopes.includes(scope));
  }

  /** Forget everything. Whoever keeps something of a case in memory listens to `end`. */
  end(problem = null) {
    if (this.who === null) {
      return;
    }
    this.#forget();
    this.dispatchEvent(new CustomEvent("end", { detail: problem }));
  }

  #stillWanted(attempt) {
    if (attempt !== this.#attempt) {
      throw new DOMException("somebody else signs in", "AbortError");
    }
  }

  #forget() {
    this.#ending.abort();
    this.#ending = new AbortController();
    [this.#secret, this.#person, this.who, this.policy, this.endsAt] = [null, null, null, null, Infinity];
  }
}

export const session = new Session();
