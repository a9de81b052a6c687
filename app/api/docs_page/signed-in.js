// Hands the code that the identity provider gave to the page that asked for it.
"use strict";

const opener = window.opener;
const pending = opener && (opener.candidSignIn || opener.swaggerUIRedirectOauth2);
const answer = new URLSearchParams(window.location.search);

if (!pending) {
  document.getElementById("told").textContent =
    "The page that asked is gone. Close this window and sign in again from there.";
} else if (answer.get("state") !== pending.state) {
  refuse("The answer does not belong to this page's question. Sign in again.");
} else if (!answer.get("code")) {
  refuse(answer.get("error_description") || answer.get("error") || "No code was given.");
} else {
  delete pending.auth.state;
  pending.auth.code = answer.get("code");
  pending.callback({ auth: pending.auth, redirectUrl: pending.redirectUrl });
  window.close();
}

function refuse(message) {
  pending.errCb({ authId: pending.auth.name, source: "auth", level: "error", message });
  window.close();
}
