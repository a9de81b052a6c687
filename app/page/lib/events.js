// Server-sent events (WHATWG HTML, 9.2) by fetch, since EventSource cannot send a key.

import { stream } from "./api.js";
import { OFFLINE, UNREADABLE } from "./problem.js";
import { session } from "./session.js";

const AGAIN_MS = 2000;
const PROXYS = new Set([502, 503, 504]);

/**
 * Yield `{name, data}` for each event, until one is named `end`. A stream that breaks off is asked for
 * again, by a token that is not over, and `broken_off` yielded. Raises Problem where the service says no.
 */
export async function* events(path, signal) {
  while (!signal.aborted) {
    try {
      for await (const event of eventsOf(await stream(path, { signal }))) {
        yield event;
        if (event.name === "end") {
          return;
        }
      }
    } catch (error) {
      if (!isBrokenOff(error) && !session.isOver) {
        throw error;
      }
      yield { name: "broken_off", data: null };
    }
    do {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    } while (session.isOver && !signal.aborted);
  }
}

async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const blocks = (rest + read.value).split("\n\n");
      rest = blocks.pop();
      yield* blocks.map(eventOf).filter((one) => one.data !== null);
    }
  } finally {
    reader.cancel().catch(() => {}); // it ended by itself
  }
}

function eventOf(block) {
  const lines = block.split("\n");
  const of = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = of("data");
  return { name: of("event") ?? "message", data: data ? JSON.parse(data) : null };
}

/**
 * The network's own errors are TypeErrors, once an answer has begun. A proxy says in its own words that
 * the service is away, as while it starts anew.
 */
const isBrokenOff = (error) =>
  error instanceof TypeError ||
  error.code === OFFLINE ||
  (error.code === UNREADABLE && PROXYS.has(error.status));
