// Has the browser keep the page's own files, so that it can be installed and opens without a network.

const ADDRESS = "/service-worker.js";

/** Scripts are loaded from addresses that a policy lets through: this one alone. */
const policy = window.trustedTypes?.createPolicy("candid", { createScriptURL: () => ADDRESS });

/** Without a service worker (private windows, plain HTTP) the page works, but not offline. */
export async function keepFiles() {
  const { serviceWorker } = navigator;
  await serviceWorker?.register(policy?.createScriptURL("") ?? ADDRESS).catch(() => {});
}
