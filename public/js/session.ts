/** Who is signed in, and the way to the sign-in page. */

import { signal } from "@preact/signals";

import { bindToAccount, proveBy } from "./api/client.ts";
import { session } from "./state/session.ts";
import type { Session } from "./api.ts";

/**
 * Several requests hear at once that the session is over; a second way out would break off the
 * first.
 */
let isLeaving = false;

/** Leave for the sign-in page, which leads back to what is open now. */
export function goToSignIn() {
  if (isLeaving) return;
  isLeaving = true;
  const here = location.pathname + location.search;
  const next = here === "/" ? "" : `?next=${encodeURIComponent(here)}`;
  location.replace(`/sign-in${next}`);
}

export function showSession(signedIn: Session) {
  bindToAccount(signedIn.account.id);
  proveBy(signInAgain);
  session.value = signedIn;
}

/** Have the person prove by a passkey that they are still there. */
async function signInAgain() {
  const module = await import("./sign-in-again.ts");
  await module.signInAgain();
}

/**
 * Sign out as it was meant. A request that hears meanwhile that the session is over leads nowhere
 * else.
 *
 * @param end ends the session, and takes away what goes with it
 * @param to where the browser goes then
 * @throws {unknown} what `end` throws; the page stays then
 */
export async function leave(end: () => Promise<void>, to = "/sign-in") {
  isLeaving = true;
  try {
    await end();
  } catch (error) {
    isLeaving = false;
    throw error;
  }
  location.replace(to);
}

/** What is said where the browser is signed in to another account than this page was loaded for. */
export const otherAccount = signal<string | null>(null);

export function showOtherAccount(error: Error) {
  if (isLeaving) return;
  otherAccount.value ??= error.message;
}
