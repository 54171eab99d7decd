/** What becomes of an error that a view does not show beside what caused it. */

import { ApiError, ConnectionError, onAnswer } from "../api/client.ts";
import { letPass, notify } from "../notifications/notices.ts";
import { goToSignIn, showOtherAccount } from "../session.ts";

/**
 * Tell it: a session that is over leads to the sign-in page, a refusal or a lost connection
 * becomes a notice.
 *
 * @param about the id of the one thing that was to be changed
 * @throws {unknown} what is neither, since it is a mistake in the page
 */
export function report(error: unknown, about: string | null = null) {
  if (showIfOver(error)) return;
  if (error instanceof ConnectionError) unreached = notify(error.message, { kind: "problem" });
  else if (error instanceof ApiError || isOfPasskey(error))
    notify(error.message, { kind: "problem", about });
  else throw error;
}

/** The notice that the server was not reached; 0 where there is none. */
let unreached = 0;

onAnswer(() => {
  if (unreached) letPass(unreached);
  unreached = 0;
});

/** Whether no passkey came of it. Its class is loaded only by what asks for a passkey. */
function isOfPasskey(error: unknown): error is Error {
  return error instanceof Error && error.name === "PasskeyError";
}

/**
 * Show it where the page can do nothing any more: nobody is signed in, or somebody to another
 * account.
 *
 * @returns whether it was so
 */
export function showIfOver(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const isElsewhere = error.code === "other-account";
  if (error.status === 401) goToSignIn();
  else if (isElsewhere) showOtherAccount(error);
  return error.status === 401 || isElsewhere;
}
