// @ts-check
/** Messages that this browser shows although the page is closed: its subscription at its push service. */

import { del } from "../api/client.js";

/** Under which this browser knows which of the person's devices it is. */
const KEY = "push-device";

/** @returns {string | null} the id of this browser among the person's devices */
export function ownId() {
  return localStorage.getItem(KEY);
}

/** @param {string} id */
export function keepOwnId(id) {
  localStorage.setItem(KEY, id);
}

/** Show nothing any more: before somebody signs out, so that nobody else sees what they are told. */
export async function forgetThisDevice() {
  const id = ownId();
  if (!id) return;
  localStorage.removeItem(KEY);
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  await del("/api/notices/devices/{device_id}", { path: { device_id: id } }).catch(() => {}); // it was removed elsewhere
}
