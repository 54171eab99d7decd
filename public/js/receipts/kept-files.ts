/**
 * Files on their way, kept by the browser until the server has them: neither a reload nor a
 * session that ends loses one. They are kept by person and tab. Signing out takes them away, and
 * so does a week.
 */

import { ask } from "../state/kept.ts";
import { knownSession, session } from "../state/session.ts";
import type { Payer } from "../api/payer.ts";

/**
 * PaidBy: null and none where nobody said it; isAnswer: the company's account paid it; sentAs: the
 * idempotency key of its sending, which the service worker uses too
 */
type Kept = {
  user: string;
  tab: string;
  at: number;
  file: File;
  paidBy?: Payer | null;
  isAnswer?: boolean;
  sentAs?: string;
};

/** By a tab that is gone */
export type Left = {
  key: number;
  file: File;
  paidBy: Payer | null;
  isAnswer: boolean;
  sentAs: string;
};

/** The service worker sends what a tab leaves, where the browser can wake it (public/sw.js). */
const SEND = "send-files";
const TAB_LOCK = "tillroll-tab:";
const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;

/** Of this tab, for as long as it is open. */
const tab = `${Date.now()}-${Math.random()}`;
// Its lock says that the tab is there. Browsers offer locks on secure pages only; without them
// nobody waits.
navigator.locks?.request(TAB_LOCK + tab, () => new Promise(() => {}));

/**
 * @param paidBy who paid; null: as its person said last
 * @param isAnswer it is what its person was asked for
 * @param sentAs of the file alone
 * @returns by which it is forgotten; null where it is not kept
 */
export async function keepFile(
  file: File,
  paidBy: Payer | null,
  isAnswer: boolean,
  sentAs: string,
): Promise<number | null> {
  const { user } = await knownSession();
  const said = paidBy ?? user.paidBy;
  const record = { user: user.id, tab, at: Date.now(), file, paidBy: said, isAnswer, sentAs };
  const key = (await ask("readwrite", (files) => files.add(record))) as number | null;
  sendLater();
  return key;
}

/**
 * Also where the page is closed before there is a connection. Some browsers have no such thing:
 * the next page sends it.
 */
async function sendLater() {
  const registration = (await navigator.serviceWorker?.getRegistration()) as any;
  await registration?.sync?.register(SEND).catch(() => {}); // a person may forbid it
}

/** The server has it, or it is not wanted. */
export async function forgetFile(key: number | null) {
  if (key !== null) await ask("readwrite", (files) => files.delete(key));
}

/** Those of whoever signs out. */
export async function forgetAllFiles() {
  for (const [key, kept] of await all()) if (isMine(kept)) await forgetFile(key);
}

/** Take over what other tabs of the same person left, each as soon as that tab is gone. */
export async function takeOver(take: (left: Left[]) => void) {
  const left = [...(await all()).values()].filter(isMine);
  for (const other of new Set(left.map((kept) => kept.tab))) {
    if (other === tab) continue;
    if (navigator.locks) navigator.locks.request(TAB_LOCK + other, () => claim(other, take));
    else await claim(other, take);
  }
}

/** @param other a tab */
async function claim(other: string, take: (left: Left[]) => void) {
  const claimed: Left[] = [];
  for (const [key, kept] of await all()) {
    if (!isMine(kept) || kept.tab !== other) continue;
    const { file, paidBy = null, isAnswer = false, sentAs = crypto.randomUUID() } = kept;
    const user = session.value?.user.id ?? kept.user;
    await ask("readwrite", (files) => files.put({ ...kept, user, tab, sentAs }, key));
    claimed.push({ key, file, paidBy, isAnswer, sentAs });
  }
  if (claimed.length > 0) take(claimed);
}

function isMine({ user }: Kept) {
  // One without a person was shared while nobody was signed in: it is of whoever signed in then.
  return user === "" || user === session.value?.user.id;
}

/** @returns in the order in which they were added, without those that are too old */
async function all(): Promise<Map<number, Kept>> {
  const keys = ((await ask("readonly", (files) => files.getAllKeys())) ?? []) as number[];
  const found: Map<number, Kept> = new Map();
  for (const key of keys) {
    const kept = (await ask("readonly", (files) => files.get(key))) as Kept | null | undefined;
    if (!kept) continue; // another tab was quicker
    if (Date.now() - kept.at < LONGEST_MS) found.set(key, kept);
    else await forgetFile(key);
  }
  return found;
}
