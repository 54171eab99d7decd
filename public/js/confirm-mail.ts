/**
 * The page of the link that is mailed to an address: a button confirms it. The link by itself does
 * nothing, since programs that look through mail open links too.
 */

import { ApiError, ConnectionError, post } from "./api/client.ts";
import { byId } from "./dom.ts";
import { sayPage, t } from "./words.ts";

const state = byId("confirm-state", HTMLElement);
const button = byId("confirm-button", HTMLButtonElement);
const settings = byId("confirm-settings", HTMLElement);

const code = new URLSearchParams(location.hash.slice(1)).get("code") ?? "";
// The code must not stay in the address or the history.
history.replaceState(null, "", location.pathname);

/** An answer was lost: the address may be confirmed by it. */
let wasLost = false;

async function confirm() {
  button.disabled = true;
  try {
    await post("/api/mail-address/confirm", { code });
    state.textContent = t`The address is confirmed.`;
    button.hidden = true;
    settings.hidden = false;
    settings.focus();
  } catch (error) {
    button.disabled = false;
    const isOver = error instanceof ApiError && error.code === "invalid-code";
    if (isOver && wasLost) {
      state.textContent = t`This link is used up. The settings say whether the address is confirmed.`;
      settings.hidden = false;
      return;
    }
    wasLost ||= error instanceof ConnectionError;
    state.textContent = isOver
      ? t`This link does not work: it was used already, has expired, or is incomplete. Ask for another in the settings.`
      : (error as Error).message;
  }
}

sayPage();
button.addEventListener("click", confirm);
