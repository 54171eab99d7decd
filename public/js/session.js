// @ts-check
/** Who is signed in, and the way to the sign-in page. */

import { signal } from "@preact/signals";

import { bindToAccount } from "./api/client.js";
import { session } from "./state/session.js";

/** @import { Session } from "./api.js" */

/** Several requests hear at once that the session is over; a second way out would break off the first. */
let isLeaving = false;

/** Leave for the sign-in page, which leads back to what is open now. */
export function goToSignIn() {
  if (isLeaving) return;
  isLeaving = true;
  const here = location.pathname + location.search;
  const next = here === "/" ? "" : `?next=${encodeURIComponent(here)}`;
  location.replace(`/sign-in${next}`);
}

/** @param {Session} signedIn */
export function showSession(signedIn) {
  bindToAccount(signedIn.account.id);
  session.value = signedIn;
}

/**
 * Sign out as it was meant. A request that hears meanwhile that the session is over leads nowhere else.
 *
 * @param {() => Promise<void>} end ends the session, and takes away what goes with it
 * @throws {unknown} what `end` throws; the page stays then
 */
export async function leave(end) {
  isLeaving = true;
  try {
    await end();
  } catch (error) {
    isLeaving = false;
    throw error;
  }
  location.replace("/sign-in");
}

/** What is said where the browser is signed in to another account than this page was loaded for. */
export const otherAccount = signal(/** @type {string | null} */ (null));

/** @param {Error} error */
export function showOtherAccount(error) {
  otherAccount.value ??= error.message;
}
