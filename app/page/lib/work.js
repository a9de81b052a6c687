// The searches of this session, in memory alone: what was answered, and the probe that was sent.

import { bytes, get } from "./api.js";
import { Problem } from "./problem.js";
import { session } from "./session.js";

const answers = new Map(); // by search id, until they are first shown
const probes = new Map(); // Blobs by search id

session.addEventListener("end", () => {
  answers.clear();
  probes.clear();
});

/** Keep what a search answered, and the picture that was sent. */
export function keep(answer, probe) {
  answers.set(answer.search_id, answer);
  probes.set(answer.search_id, probe);
}

/**
 * Return a search as it was answered. Every screen asks anew: each look is recorded, and shows nothing
 * of a record that was sealed since. The answer of the search itself is shown once.
 */
export async function searchOf(id, signal) {
  const fresh = answers.get(id);
  answers.delete(id);
  return fresh ?? get(`/searches/${encodeURIComponent(id)}`, { signal });
}

/** Return the probe's picture; null where the service does not keep it. */
export async function probeOf(id, signal) {
  if (probes.has(id)) {
    return probes.get(id);
  }
  try {
    return await bytes(`/searches/${encodeURIComponent(id)}/probe`, { signal });
  } catch (error) {
    if (error instanceof Problem && [404, 410].includes(error.status)) {
      return null;
    }
    throw error;
  }
}
