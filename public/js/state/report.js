// @ts-check
/** What becomes of an error that a view does not show beside what caused it. */

import { ApiError, ConnectionError } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { goToSignIn, showOtherAccount } from "../session.js";

/**
 * Tell it: a session that is over leads to the sign-in page, a refusal or a lost connection becomes a notice.
 *
 * @param {unknown} error
 * @throws {unknown} what is neither, since it is a mistake in the page
 */
export function report(error) {
  if (showIfOver(error)) return;
  if (error instanceof ApiError || error instanceof ConnectionError) notify(error.message, { kind: "problem" });
  else throw error;
}

/**
 * Show it where the page can do nothing any more: nobody is signed in, or somebody to another account.
 *
 * @param {unknown} error
 * @returns {boolean} whether it was so
 */
export function showIfOver(error) {
  if (!(error instanceof ApiError)) return false;
  const isElsewhere = error.code === "other-account";
  if (error.status === 401) goToSignIn();
  else if (isElsewhere) showOtherAccount(error);
  return error.status === 401 || isElsewhere;
}
