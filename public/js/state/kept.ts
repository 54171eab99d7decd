/**
 * What this browser keeps beside what the server has: files on their way, and who was signed in
 * last. The service worker reads it too.
 */

import type { Session } from "../api.ts";

const FILES = "files";
const PEOPLE = "people";
const LAST = "last";

let opened: Promise<IDBDatabase> | undefined;

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
 * @param name of the store
 * @returns null where the browser has no room, or allows no storage: files are in the page still
 */
export async function ask<Result>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<Result>,
  name: string = FILES,
): Promise<Result | null> {
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

/** Whom the app opens for without a connection, and whose a file is that another app shares. */
export async function rememberSession(signedIn: Session) {
  await ask("readwrite", (people) => people.put(signedIn, LAST), PEOPLE);
}

/** @returns of whoever was signed in last, unless they signed out */
export async function rememberedSession(): Promise<Session | null> {
  return ((await ask("readonly", (people) => people.get(LAST), PEOPLE)) ?? null) as Session | null;
}

/** Whoever signs out was not here. */
export async function forgetSession() {
  await ask("readwrite", (people) => people.delete(LAST), PEOPLE);
}
