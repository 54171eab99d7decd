/**
 * The sign-in page: by a passkey, or by the one-time code of a link, which is mailed to a
 * confirmed address. Whoever comes by a link that was made for them is asked to make a passkey.
 */

import { ApiError, ConnectionError, get, post } from "./api/client.ts";
import { makePasskey, signInWithPasskey } from "./api/passkeys.ts";
import { hasPasskeys, nameOfThisDevice } from "./api/device.ts";
import { byId } from "./dom.ts";
import { sayPage, t } from "./words.ts";

const form = byId("code-form", HTMLFormElement);
const input = byId("code", HTMLInputElement);
const problem = byId("sign-in-problem", HTMLElement);
const button = byId("sign-in-button", HTMLButtonElement);
const passkeyButton = byId("passkey-button", HTMLButtonElement);
const linkForm = byId("link-form", HTMLFormElement);
const address = byId("address", HTMLInputElement);
const linkButton = byId("link-button", HTMLButtonElement);
const linkState = byId("link-state", HTMLElement);
const comeButton = byId("come-button", HTMLButtonElement);
const passkeyForm = byId("passkey-form", HTMLFormElement);
const passkeyName = byId("passkey-name", HTMLInputElement);
const passkeyProblem = byId("passkey-problem", HTMLElement);
const makeButton = byId("make-passkey", HTMLButtonElement);

/**
 * A code that came by mail. It waits for a button, since programs that look through mail open
 * links too.
 */
const MAILED = "mailed";

const HOME = "/home";

/** Where to go afterwards: what was asked for, within the app, or Home, which says what waits. */
function destination() {
  const next = new URL(new URLSearchParams(location.search).get("next") ?? HOME, location.origin);
  return next.origin === location.origin ? next.pathname + next.search : HOME;
}

/** @param text a code, or a whole sign-in link */
function codeIn(text: string): string {
  const fragment = new URLSearchParams(text.split("#").at(-1) ?? "");
  return fragment.get("code") ?? fragment.get(MAILED) ?? text.trim();
}

/** @param come signs in, and says whether a passkey is to be offered */
async function signIn(come: () => Promise<boolean>, onRefused: (isLost: boolean) => void) {
  document.body.dataset.state = "signing-in";
  button.disabled = passkeyButton.disabled = true;
  problem.hidden = true;
  try {
    if ((await come()) && hasPasskeys()) offer();
    else leave();
  } catch (error) {
    if (wasLost && isUsedUp(error) && (await isSignedIn())) return leave();
    const isLost = error instanceof ConnectionError;
    wasLost ||= isLost;
    document.body.dataset.state = "asking";
    button.disabled = passkeyButton.disabled = false;
    problem.hidden = false;
    problem.textContent = sentence(error as Error);
    onRefused(isLost);
  }
}

/** An answer was lost. The cookie may have come before it, and then the code is used up. */
let wasLost = false;

const isUsedUp = (error: unknown) => error instanceof ApiError && error.code === "invalid-code";

const isSignedIn = () =>
  get("/api/session").then(
    () => true,
    () => false,
  );

function useCode(code: string) {
  const come = async () => (await post("/api/session", { code })).purpose !== "sign_in";
  signIn(come, (isLost) => {
    // What is to be tried again stands there to be sent again.
    input.value = isLost ? code : "";
    input.focus();
  });
}

function usePasskey() {
  const come = async () => {
    await signInWithPasskey();
    return false;
  };
  signIn(come, () => passkeyButton.focus());
}

function leave() {
  location.replace(destination());
}

/** Ask for a passkey, so that no further link is needed. */
function offer() {
  document.body.dataset.state = "offering";
  passkeyName.value = nameOfThisDevice();
  makeButton.focus();
}

async function make() {
  makeButton.disabled = true;
  passkeyProblem.hidden = true;
  try {
    await makePasskey(passkeyName.value.trim() || nameOfThisDevice());
    leave();
  } catch (error) {
    makeButton.disabled = false;
    passkeyProblem.hidden = false;
    passkeyProblem.textContent = (error as Error).message;
  }
}

function sentence(error: Error) {
  if (!isUsedUp(error)) return error.message;
  return t`This sign-in code does not work: it was used already, has expired, or is incomplete.`;
}

/** Have a link mailed. The answer says nothing of whose address it is. */
async function askForLink() {
  linkButton.disabled = true;
  problem.hidden = true;
  linkState.textContent = "";
  try {
    const { validMinutes } = await post("/api/sign-in-links", { address: address.value.trim() });
    linkState.textContent = t`If this is somebody's confirmed address, a link is on its way to it.
      It works once, within ${validMinutes} minutes.`;
  } catch (error) {
    const field = error instanceof ApiError ? error.fieldErrors[0] : undefined;
    problem.hidden = false;
    problem.textContent = field?.message ?? (error as Error).message;
  } finally {
    linkButton.disabled = false;
  }
}

/** Use the code in the address, where there is one, or ask for it. */
function begin() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const code = fragment.get("code");
  const mailed = fragment.get(MAILED);
  // The code must not stay in the address or the history.
  history.replaceState(null, "", location.pathname + location.search);
  if (code) return useCode(code);
  document.body.dataset.state = mailed ? "coming" : "asking";
  if (!mailed) return;
  comeButton.onclick = () => useCode(mailed);
  comeButton.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = codeIn(input.value);
  if (typed) useCode(typed);
  else input.focus();
});
linkForm.addEventListener("submit", (event) => {
  event.preventDefault();
  askForLink();
});
passkeyForm.addEventListener("submit", (event) => {
  event.preventDefault();
  make();
});
byId("no-passkey", HTMLButtonElement).addEventListener("click", leave);
passkeyButton.addEventListener("click", usePasskey);
passkeyButton.hidden = !hasPasskeys();
// Only who runs Tillroll here can have it print a link.
byId("of-developers", HTMLElement).hidden = !["localhost", "127.0.0.1", "[::1]"].includes(
  location.hostname,
);
get("/api/sign-in-links").then(
  ({ isOffered }) => (linkForm.hidden = !isOffered),
  () => {}, // without it, the other ways are there
);
sayPage();
// A link that is opened while this page is shown changes the fragment only.
addEventListener("hashchange", begin);
begin();
