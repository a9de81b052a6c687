// One search, as it is sent: now, or when there is a network again.

import { post } from "./api.js";
import { headerText } from "./session.js";

/**
 * Send it. `search` holds `form` and `headers` (what the policy asks for), `face` (null: the largest),
 * `derivation`, `blob` and `key`: however often it is sent with that key, it is one search.
 */
export function sent({ form, headers, face, derivation, blob, key }, signal) {
  const body = new FormData();
  Object.entries(form).forEach(([name, value]) => body.append(name, value));
  if (face !== null) {
    body.append("face", String(face));
  }
  body.append("derivation", JSON.stringify(derivation));
  body.append("photo", blob, "probe.jpg");
  const said = Object.entries(headers).map(([name, value]) => [name, headerText(value)]);
  const once = { "Idempotency-Key": key };
  return post("/search", { form: body, headers: { ...Object.fromEntries(said), ...once }, signal });
}
