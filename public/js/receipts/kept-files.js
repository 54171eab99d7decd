// @ts-check
/**
 * Files on their way, kept by the browser until the server has them: neither a reload nor a session that ends loses one.
 * They are kept by person and tab. Signing out takes them away, and so does a week.
 */

import { knownSession, session } from "../state/session.js";

/** @import { Session } from "../api.js" */

/** @typedef {import("./payer.js").Payer} Payer */
/** @typedef {{ user: string, tab: string, at: number, file: File, paidBy?: Payer | null }} Kept paidBy: null and none where nobody said it */

/** @typedef {{ key: number, file: File, paidBy: Payer | null }} Left by a tab that is gone */

const FILES = "files";
const PEOPLE = "people";
const LAST = "last";
/** The service worker sends what a tab leaves, where the browser can wake it (public/sw.js). */
const SEND = "send-files";
const TAB_LOCK = "tillroll-tab:";
const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;

/** Of this tab, for as long as it is open. */
const tab = `${Date.now()}-${Math.random()}`;
// Its lock says that the tab is there. Browsers offer locks on secure pages only; without them nobody waits.
navigator.locks?.request(TAB_LOCK + tab, () => new Promise(() => {}));

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open("tillroll", 2);
    opening.onupgradeneeded = () => {
      const stores = opening.result.objectStoreNames;
      if (!stores.contains(FILES)) opening.result.createObjectStore(FILES, { autoIncrement: true });
      if (!stores.contains(PEOPLE)) opening.result.createObjectStore(PEOPLE);
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  return opened;
}

/**
 * Also what the service worker asks for by itself, beside the files.
 *
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} ask
 * @param {string} [name] of the store
 * @returns {Promise<Result | null>} null where the browser has no room, or allows no storage: files are in the page still
 */
export async function ask(mode, ask, name = FILES) {
  try {
    const store = (await database()).transaction(name, mode).objectStore(name);
    return await new Promise((resolve, reject) => {
      const asked = ask(store);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/**
 * @param {File} file
 * @param {Payer | null} paidBy who paid; null: as its person said last
 * @returns {Promise<number | null>} by which it is forgotten; null where it is not kept
 */
export async function keepFile(file, paidBy) {
  const { user } = await knownSession();
  const record = { user: user.id, tab, at: Date.now(), file, paidBy: paidBy ?? user.paidBy };
  const key = /** @type {number | null} */ (await ask("readwrite", (files) => files.add(record)));
  sendLater();
  return key;
}

/** Also where the page is closed before there is a connection. Some browsers have no such thing: the next page sends it. */
async function sendLater() {
  const registration = /** @type {any} */ (await navigator.serviceWorker?.getRegistration());
  await registration?.sync?.register(SEND).catch(() => {}); // a person may forbid it
}

/** Whom the app opens for without a connection, and whose a file is that another app shares. @param {Session} signedIn */
export async function rememberSession(signedIn) {
  await ask("readwrite", (people) => people.put(signedIn, LAST), PEOPLE);
}

/** @returns {Promise<Session | null>} of whoever was signed in last, unless they signed out */
export async function rememberedSession() {
  return /** @type {Session | null} */ ((await ask("readonly", (people) => people.get(LAST), PEOPLE)) ?? null);
}

/** The server has it, or it is not wanted. @param {number | null} key */
export async function forgetFile(key) {
  if (key !== null) await ask("readwrite", (files) => files.delete(key));
}

/** Those of whoever signs out, and that they were here. */
export async function forgetAllFiles() {
  for (const [key, kept] of await all()) if (isMine(kept)) await forgetFile(key);
  await ask("readwrite", (people) => people.delete(LAST), PEOPLE);
}

/**
 * Take over what other tabs of the same person left, each as soon as that tab is gone.
 *
 * @param {(left: Left[]) => void} take
 */
export async function takeOver(take) {
  const left = [...(await all()).values()].filter(isMine);
  for (const other of new Set(left.map((kept) => kept.tab))) {
    if (other === tab) continue;
    if (navigator.locks) navigator.locks.request(TAB_LOCK + other, () => claim(other, take));
    else await claim(other, take);
  }
}

/**
 * @param {string} other a tab
 * @param {(left: Left[]) => void} take
 */
async function claim(other, take) {
  /** @type {Left[]} */
  const claimed = [];
  for (const [key, kept] of await all()) {
    if (!isMine(kept) || kept.tab !== other) continue;
    await ask("readwrite", (files) => files.put({ ...kept, user: session.value?.user.id ?? kept.user, tab }, key));
    claimed.push({ key, file: kept.file, paidBy: kept.paidBy ?? null });
  }
  if (claimed.length > 0) take(claimed);
}

/** @param {Kept} kept */
function isMine({ user }) {
  // One without a person was shared while nobody was signed in: it is of whoever signed in then.
  return user === "" || user === session.value?.user.id;
}

/** @returns {Promise<Map<number, Kept>>} in the order in which they were added, without those that are too old */
async function all() {
  const keys = /** @type {number[]} */ ((await ask("readonly", (files) => files.getAllKeys())) ?? []);
  /** @type {Map<number, Kept>} */
  const found = new Map();
  for (const key of keys) {
    const kept = /** @type {Kept | null | undefined} */ (await ask("readonly", (files) => files.get(key)));
    if (!kept) continue; // another tab was quicker
    if (Date.now() - kept.at < LONGEST_MS) found.set(key, kept);
    else await forgetFile(key);
  }
  return found;
}
