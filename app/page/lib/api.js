// The one way to the API: who asks, what is sent, what is answered. Nothing here is kept. A call ends
// with the session that made it: what comes later is nobody's.

import { OFFLINE, Problem, UNREADABLE } from "./problem.js";
import { session } from "./session.js";

/** Longer than any answer takes: a search under load has 60 s. */
const ANSWERED_MS = 120_000;

/** A disclosure package may be large, and the network slow. */
const FETCHED_MS = 600_000;

performance.setResourceTimingBufferSize(0); // else the browser lists what was asked for: cases, photos

const json = (answer) => answer.json();

/** GET and return the JSON. `query` leaves out what is null. */
export const get = (path, { query = {}, signal } = {}) =>
  asked(path + queryOf(query), { signal }, json);

/** POST a form or a JSON body and return the JSON. */
export const post = (path, { body, form, headers = {}, signal } = {}) =>
  asked(
    path,
    {
      method: "POST",
      headers: form ? headers : { ...headers, "Content-Type": "application/json" },
      body: form ?? JSON.stringify(body ?? {}),
      signal,
    },
    json,
  );

/** DELETE and return nothing. */
export const remove = (path, { query = {}, signal } = {}) =>
  asked(path + queryOf(query), { method: "DELETE", signal }, () => undefined);

/** GET a picture or a file. Addresses that the API gives may be of its public name: ours is used. */
export function bytes(path, { query = {}, signal } = {}) {
  const { pathname } = new URL(path, window.location.origin);
  return asked(pathname + queryOf(query), { signal }, (answer) => answer.blob(), FETCHED_MS);
}

/** GET an answer that comes bit by bit, as a stream of bytes, which may take as long as it takes. */
export const stream = (path, { signal } = {}) => asked(path, { signal }, (answer) => answer.body);

/** Ask how the service is; that it is not well is an answer, too. */
export const health = ({ signal } = {}) =>
  reached("/health/ready", { headers: session.headers(), signal }, json);

/** Ask whose a token is, beside whoever is signed in: what GET /whoami answers for it. */
export const holderOf = (token, { signal }) =>
  reached("/whoami", { headers: { Authorization: `Bearer ${token}` }, signal }, ifYes(json));

/**
 * Ask, and return what `read` makes of an answer that says yes. Raises Problem: the one that is answered,
 * `offline` where none comes in time or not the whole of it, `unreadable_answer` where it is no JSON; and
 * AbortError where `signal` or the session ends. Who is unknown to the service is signed out, unless they go
 * on with another token.
 */
async function asked(path, options, read, patience) {
  const asker = session.signal;
  const own = session.headers();
  const headers = { ...own, ...options.headers };
  try {
    return await reached(path, { ...options, headers }, ifYes(read), patience);
  } catch (error) {
    if (error.code === "unauthenticated" && !asker.aborted) {
      session.refused(own, error);
    }
    throw error;
  }
}

const ifYes = (read) => async (answer) =>
  answer.ok ? read(answer) : Promise.reject(await Problem.of(answer));

async function reached(path, { signal, ...options }, read, patience = ANSWERED_MS) {
  const asker = session.signal;
  const late = new AbortController();
  const clock = setTimeout(() => late.abort(new Problem(OFFLINE)), patience);
  const ending = AbortSignal.any([late.signal, asker, signal].filter(Boolean));
  try {
    const kept = { credentials: "omit", cache: "no-store" };
    const done = await read(await fetch(path, { ...options, ...kept, signal: ending }));
    ending.throwIfAborted();
    return done;
  } catch (error) {
    throw ending.aborted ? ending.reason : told(error);
  } finally {
    clearTimeout(clock);
  }
}

/** The network's own errors are TypeErrors, at whatever byte it breaks off. */
function told(error) {
  if (error instanceof Problem) {
    return error;
  }
  return error instanceof SyntaxError ? new Problem(UNREADABLE) : new Problem(OFFLINE);
}

function queryOf(query) {
  const said = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return said.length ? `?${new URLSearchParams(said)}` : "";
}
