// Searches that wait for a network, sealed on this device: the one thing that the page ever stores.
// AES-GCM (NIST SP 800-38D) under a key that no script can read out. The database is there only while
// something waits.

const NAME = "candid-waiting";
const KEY = "key";
const ALGORITHM = { name: "AES-GCM", length: 256 };
const IV_BYTES = 12;
const UTF8 = new TextEncoder();

/**
 * Seal a search. `owner` says who may open it; `about` is JSON, `expires` a time in ms. Whose `signal`
 * has ended before it is their turn leaves nothing. Raises AbortError, and what the browser refuses.
 */
export const put = (search, signal) =>
  alone(async () => {
    signal.throwIfAborted();
    const key = (await keptKey()) ?? (await newKey());
    const row = await rowOf(search, key);
    await within("readwrite", ({ keys, waiting }) => {
      keys.put(key, KEY);
      return waiting.put(row);
    });
  });

/** Open what `owner` left; what others left stays shut. What is too old is deleted. */
export const opened = (owner) =>
  alone(async () => {
    await deleteWhere(({ expires }) => expires <= Date.now());
    const key = await keptKey();
    const found = await Promise.all((await rows()).map((row) => unsealed(key, row, owner)));
    return found.filter((one) => one !== null);
  });

/** Whether it still waits: another window may have deleted it. */
export const has = (id) =>
  alone(async () => (await exists()) && (await within("readonly", ({ waiting }) => waiting.count(id))) > 0);

/** Delete one; with the last one everything goes. */
export const drop = (id) => alone(() => deleteWhere((row) => row.id === id));

/** Delete what is older than it may be. */
export const dropExpired = () =>
  alone(() => deleteWhere(({ expires }) => expires <= Date.now()));

/** Delete all of it, and the key. */
export const dropAll = () => alone(deleteAll);

/**
 * One after the other, in all windows: else a search could be sealed with a key that another one is
 * deleting. Over plain HTTP browsers give neither locks nor keys, so nothing waits there.
 */
const alone = (work) => (navigator.locks ? navigator.locks.request(NAME, work) : work());

const exists = async () => (await indexedDB.databases()).some(({ name }) => name === NAME);
const rows = async () =>
  (await exists()) ? within("readonly", ({ waiting }) => waiting.getAll()) : [];
const keptKey = async () =>
  (await exists()) ? within("readonly", ({ keys }) => keys.get(KEY)) : undefined;
const newKey = () => crypto.subtle.generateKey(ALGORITHM, false, ["encrypt", "decrypt"]);
const deleteAll = () => settled(indexedDB.deleteDatabase(NAME));

async function deleteWhere(isUnwanted) {
  const all = await rows();
  const unwanted = all.filter(isUnwanted);
  if (unwanted.length === all.length) {
    await deleteAll();
  } else if (unwanted.length > 0) {
    await within("readwrite", ({ waiting }) => unwanted.map(({ id }) => waiting.delete(id)).at(-1));
  }
}

async function rowOf({ id, expires, about, blob, owner }, key) {
  const bound = boundTo(id, expires, owner);
  return {
    id,
    expires,
    about: await sealed(key, bound, UTF8.encode(JSON.stringify(about))),
    photo: await sealed(key, bound, await blob.arrayBuffer()),
  };
}

const boundTo = (id, expires, owner) => UTF8.encode(JSON.stringify([id, expires, owner]));

async function sealed(key, additionalData, plain) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const data = await crypto.subtle.encrypt({ ...ALGORITHM, iv, additionalData }, key, plain);
  return { iv, data };
}

async function unsealed(key, { id, expires, about, photo }, owner) {
  const additionalData = boundTo(id, expires, owner);
  const plain = ({ iv, data }) =>
    crypto.subtle.decrypt({ ...ALGORITHM, iv, additionalData }, key, data);
  try {
    const said = JSON.parse(new TextDecoder().decode(await plain(about)));
    return { id, expires, ...said, blob: new Blob([await plain(photo)], { type: "image/jpeg" }) };
  } catch {
    return null; // somebody else's
  }
}

/**
 * Each step opens and closes the database, so that nothing keeps it from being deleted. What `ask` asks of
 * the two stores is done together or not at all; the last answer is returned once it is on the device.
 */
async function within(mode, ask) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("keys");
    opening.result.createObjectStore("waiting", { keyPath: "id" });
  };
  const database = await settled(opening);
  try {
    const deed = database.transaction(["keys", "waiting"], mode);
    const [keys, waiting] = [deed.objectStore("keys"), deed.objectStore("waiting")];
    const last = ask({ keys, waiting });
    await completed(deed);
    return last?.result;
  } finally {
    database.close();
  }
}

const completed = (deed) =>
  new Promise((resolve, reject) => {
    deed.oncomplete = resolve;
    deed.onabort = () => reject(deed.error);
  });

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
