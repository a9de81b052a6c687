// The service worker: keeps the page's own files, so that the page opens without a network. Calls of
// the API, pictures and answers never pass through it.

const CACHE = "candid-{version}";
const FILES = ["{files}"];
const SHELL = "/";
const PATIENCE_MS = 3000; // with a network that hangs

self.addEventListener("install", (event) => event.waitUntil(filled()));
self.addEventListener("activate", (event) => event.waitUntil(onlyThis()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) {
    return;
  }
  if (FILES.includes(pathname)) {
    event.respondWith(kept(event.request));
  } else if (pathname === SHELL && mode === "navigate") {
    event.respondWith(shell(event.request));
  }
});

async function filled() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...FILES]);
}

/** Older files go when no page uses them any more, which is when browsers activate this. */
async function onlyThis() {
  const others = (await caches.keys()).filter((name) => name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

const kept = async (request) => (await caches.match(request)) ?? fetch(request);

/** The shell names the newest files, so the service is asked first; what a proxy says for it is no shell. */
async function shell(request) {
  const own = () => caches.match(SHELL);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status < 500 ? answer : ((await own()) ?? answer);
  } catch (error) {
    return (await own()) ?? Promise.reject(error);
  }
}
