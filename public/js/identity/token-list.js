// @ts-check
/** The account's access tokens in its menu: which there are, until when, and an end to each. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { listTokens, revokeToken } from "../api.js";
import { date } from "../format.js";
import { notify } from "../notifications/notices.js";
import { report } from "../state/report.js";

/** @import { Token } from "../api.js" */

/** Asked for whenever the list is opened. */
export function TokenList() {
  const [tokens, setTokens] = useState(/** @type {Token[] | null} */ (null));
  const show = () => listTokens().then(setTokens).catch(report);
  const onToggle = (/** @type {Event} */ event) =>
    /** @type {HTMLDetailsElement} */ (event.currentTarget).open && show();
  const onRevoke = async (/** @type {Token} */ token) => {
    if (!confirm(`Revoke the token “${token.name}”? Whatever uses it is refused from now on.`)) return;
    await revokeToken(token.id);
    await show();
    notify(`The token “${token.name}” is revoked.`, { kind: "success" });
  };
  return html`
    <details class="menu-details" onToggle=${onToggle}>
      <summary>Access tokens</summary>
      ${tokens?.length === 0 && html`<p class="quiet">There is none.</p>`}
      <ul class="menu-list">
        ${tokens?.map(
          (token) => html`
            <li key=${token.id}>
              <span class="menu-text">${token.name}<span class="quiet">${says(token)}</span></span>
              ${token.status === "active" &&
              html`
                <button
                  type="button"
                  class="button small danger"
                  aria-label=${`Revoke ${token.name}`}
                  onClick=${() => onRevoke(token).catch(report)}
                >
                  Revoke
                </button>
              `}
            </li>
          `,
        )}
      </ul>
    </details>
  `;
}

/** @param {Token} token */
function says({ userName, status, expiresAt, revokedAt }) {
  if (revokedAt) return `${userName} · revoked ${date(revokedAt.slice(0, 10))}`;
  if (expiresAt) return `${userName} · ${status === "expired" ? "expired" : "until"} ${date(expiresAt.slice(0, 10))}`;
  return `${userName} · without an end`;
}
