// @ts-check
/** The sign-in page: takes the one-time code of the link, or one that is pasted. */

import { ApiError, signIn } from "./api.js";
import { byId } from "./dom.js";

const form = byId("code-form", HTMLFormElement);
const input = byId("code", HTMLInputElement);
const problem = byId("sign-in-problem", HTMLElement);
const button = byId("sign-in-button", HTMLButtonElement);

/** Where to go afterwards: a place within the app, whatever the address says. */
function destination() {
  const next = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);
  return next.origin === location.origin ? next.pathname + next.search : "/";
}

/**
 * @param {string} text a code, or a whole sign-in link
 * @returns {string}
 */
function codeIn(text) {
  const fragment = text.split("#").at(-1) ?? "";
  return new URLSearchParams(fragment).get("code") ?? text.trim();
}

/** @param {string} code */
async function useCode(code) {
  document.body.dataset.state = "signing-in";
  button.disabled = true;
  problem.hidden = true;
  try {
    await signIn(code);
    location.replace(destination());
  } catch (error) {
    document.body.dataset.state = "asking";
    button.disabled = false;
    problem.hidden = false;
    problem.textContent = sentence(/** @type {Error} */ (error));
    input.value = "";
    input.focus();
  }
}

/** @param {Error} error */
function sentence(error) {
  if (!(error instanceof ApiError) || error.code !== "invalid-code") return error.message;
  return "This sign-in code does not work: it was used already, has expired, or is incomplete.";
}

/** Use the code in the address, where there is one, or ask for it. */
function begin() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  // The code must not stay in the address or the history.
  history.replaceState(null, "", location.pathname + location.search);
  if (code) useCode(code);
  else document.body.dataset.state = "asking";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = codeIn(input.value);
  if (typed) useCode(typed);
  else input.focus();
});
// A link that is opened while this page is shown changes the fragment only.
addEventListener("hashchange", begin);
begin();
