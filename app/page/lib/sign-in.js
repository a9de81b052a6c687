// People sign in at their identity provider: authorization code with PKCE (RFC 7636), in a window of
// its own. The code comes back to /docs/signed-in, which hands it to the page that opened it, so that
// neither code nor verifier is stored anywhere. The provider is to ask whoever signs in who they are: its own
// session may be that of whoever was here before, and outlives theirs with us.

import { Problem } from "./problem.js";

const PLACES = document.body.dataset;

/** Which authentication the service has: `none`, `keys` or `oidc`. */
export const authentication = () => PLACES.authentication;

/** Whether people can sign in here, as far as the service knows its provider now. */
export const peopleSignIn = () => Boolean(PLACES.authorize);

/** How much longer than the window was open somebody's sign-in may lie back: providers round to seconds. */
const ROUNDED_S = 5;

/**
 * Let somebody sign in; return their token. With `signal` the window is closed and nobody is let in.
 * Raises Problem `sign_in_failed`, or `sign_in_not_asked` where they were let in by an older sign-in.
 */
export async function tokenOfPerson(signal) {
  const begun = Date.now();
  const verifier = random();
  const redirect = `${window.location.origin}/docs/signed-in`;
  const code = await codeFromWindow(redirect, await challengeOf(verifier), signal);
  const answer = await fetch(PLACES.token, {
    method: "POST",
    credentials: "omit",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: PLACES.client,
      code,
      code_verifier: verifier,
      redirect_uri: redirect,
    }),
  }).catch(() => failed("no answer"));
  signal.throwIfAborted();
  const told = await answer.json().catch(() => ({}));
  const token = told.access_token ?? failed(told.error_description ?? told.error ?? "no token");
  const ages = [told.id_token, token].map(secondsSinceSignIn).filter(Number.isFinite);
  if (ages.length > 0 && Math.min(...ages) > (Date.now() - begun) / 1000 + ROUNDED_S) {
    throw new Problem("sign_in_not_asked");
  }
  return token;
}

/**
 * How long before a token was made somebody showed who they are, by the provider's clock; NaN where it does
 * not say. The token comes from the provider itself, and the service checks its signature.
 */
function secondsSinceSignIn(token) {
  try {
    const [, claims] = token.split(".");
    const said = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return said.iat - said.auth_time;
  } catch {
    return NaN; // a token that only the service can read
  }
}

function codeFromWindow(redirect, challenge, signal) {
  const state = random();
  const address = new URL(PLACES.authorize);
  const asked = {
    response_type: "code",
    client_id: PLACES.client,
    scope: PLACES.scopes,
    redirect_uri: redirect,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
    prompt: "login",
    max_age: "0", // by which a provider also says when they signed in (OpenID Connect Core, 3.1.2.1)
  };
  Object.entries(asked).forEach(([name, value]) => address.searchParams.set(name, value));
  return new Promise((resolve, reject) => {
    window.candidSignIn = {
      state,
      auth: {},
      callback: ({ auth }) => resolve(auth.code),
      errCb: ({ message }) => reject(new Problem("sign_in_failed", 0, message)),
    };
    const opened = window.open(address, "candid-sign-in", "width=520,height=680");
    if (opened === null) {
      reject(new Problem("sign_in_blocked"));
      return;
    }
    signal.addEventListener("abort", () => {
      opened.close();
      reject(signal.reason);
    });
    const watch = setInterval(() => {
      if (opened.closed) {
        clearInterval(watch);
        setTimeout(() => reject(new Problem("sign_in_failed")), 500); // after its last words
      }
    }, 300);
  }).finally(() => delete window.candidSignIn);
}

const failed = (told) => {
  throw new Problem("sign_in_failed", 0, told);
};

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function challengeOf(verifier) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
