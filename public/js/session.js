// @ts-check
/** Who is signed in, and the way to the sign-in page. */

import { bindToAccount, signOut, signOutEverywhere } from "./api.js";
import { byId } from "./dom.js";
import { dropAllDrafts, dropDraftsOfOthers } from "./state/drafts.js";
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
  const { user, account } = signedIn;
  bindToAccount(account.id);
  session.value = signedIn;
  dropDraftsOfOthers();
  byId("account-name", HTMLElement).textContent = account.name;
  byId("user-name", HTMLElement).textContent = user.name;
}

let isElsewhere = false;

/**
 * Say, once, that the browser is signed in to another account than this page was loaded for. What was typed stays.
 *
 * @param {Error} error
 */
export function showOtherAccount(error) {
  if (isElsewhere) return;
  isElsewhere = true;
  byId("other-account-text", HTMLElement).textContent = error.message;
  byId("other-account", HTMLElement).hidden = false;
  byId("load-again", HTMLButtonElement).addEventListener("click", () => location.reload());
}

/**
 * Let the buttons sign out, here or everywhere.
 *
 * @param {(error: unknown) => void} onError the session could not be ended
 */
export function listenToSignOut(onError) {
  byId("sign-out", HTMLButtonElement).addEventListener("click", () => {
    signOut().then(leave, onError);
  });
  byId("sign-out-everywhere", HTMLButtonElement).addEventListener("click", () => {
    if (!confirm("Sign out in all browsers, this one too? Links that were not used yet are worth nothing then.")) return;
    signOutEverywhere().then(leave, onError);
  });
}

/** Signed out as it was meant: what was typed goes too. */
function leave() {
  dropAllDrafts();
  location.replace("/sign-in");
}
