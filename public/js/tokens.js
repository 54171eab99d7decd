// @ts-check
/** The account's access tokens in its menu: which there are, until when, and an end to each. */

import { listTokens, revokeToken } from "./api.js";
import { byId, el } from "./dom.js";
import { date } from "./format.js";
import { notify } from "./notices.js";

/** @import { Token } from "./api.js" */

/**
 * Show them whenever the list is opened.
 *
 * @param {(error: unknown) => void} onError they could not be read or revoked
 */
export function offerTokens(onError) {
  const details = byId("token-details", HTMLDetailsElement);
  details.addEventListener("toggle", () => {
    if (details.open) show(onError).catch(onError);
  });
}

/** @param {(error: unknown) => void} onError */
async function show(onError) {
  const tokens = await listTokens();
  const list = byId("token-list", HTMLUListElement);
  list.replaceChildren(...tokens.map((token) => item(token, onError)));
  byId("tokens-empty", HTMLElement).hidden = tokens.length > 0;
}

/**
 * @param {Token} token
 * @param {(error: unknown) => void} onError
 */
function item(token, onError) {
  const revoke = () => end(token, onError).catch(onError);
  const button = el(
    "button",
    { type: "button", class: "button small danger", "aria-label": `Revoke ${token.name}`, onclick: revoke },
    "Revoke",
  );
  const words = el("span", { class: "menu-text" }, token.name, el("span", { class: "quiet" }, says(token)));
  return el("li", {}, words, token.status === "active" && button);
}

/** @param {Token} token */
function says({ userName, status, expiresAt, revokedAt }) {
  if (revokedAt) return `${userName} · revoked ${date(revokedAt.slice(0, 10))}`;
  if (expiresAt) return `${userName} · ${status === "expired" ? "expired" : "until"} ${date(expiresAt.slice(0, 10))}`;
  return `${userName} · without an end`;
}

/**
 * @param {Token} token
 * @param {(error: unknown) => void} onError
 */
async function end(token, onError) {
  if (!confirm(`Revoke the token “${token.name}”? Whatever uses it is refused from now on.`)) return;
  await revokeToken(token.id);
  await show(onError);
  notify(`The token “${token.name}” is revoked.`, { kind: "success" });
}
