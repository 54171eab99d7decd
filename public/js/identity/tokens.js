// @ts-check
/** The account's access tokens: which there are, what each may, until when, and an end to each; and new ones. */

import { useState } from "preact/hooks";

import { del, get } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { FormDialog } from "../parts/form.js";
import { Day } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { MakeToken } from "./make-token.js";
import { ShownOnce } from "./person-dialogs.js";
import { html, t } from "../words.js";

/** @import { NewToken, Token } from "../api/types.js" */

export function Tokens() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/tokens", { query: { limit: 100 }, signal }),
    [],
  );
  const [chosen, choose] = useState(/** @type {Token | null} */ (null));
  const [isMaking, setMaking] = useState(false);
  const [fresh, show] = useState(/** @type {NewToken | null} */ (null));
  const made = (/** @type {NewToken} */ token) => {
    show(token);
    again();
  };
  return html`
    <section class="card" aria-labelledby="tokens-title">
      <h2 id="tokens-title">Access tokens</h2>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer?.items.length === 0 && html`<p class="quiet">There is none.</p>`}
      ${answer &&
      answer.items.length > 0 &&
      html`
        <ul class="lines">
          ${answer.items.map((token) => html`<${Token} key=${token.id} token=${token} onRevoke=${() => choose(token)} />`)}
        </ul>
      `}
      <p class="form-buttons">
        <button type="button" class="button" onClick=${() => setMaking(true)}>Make a token…</button>
      </p>
      ${isMaking && html`<${MakeToken} onClose=${() => setMaking(false)} onMade=${made} />`}
      ${fresh &&
      html`
        <${ShownOnce}
          title="The new token"
          label="Token"
          value=${fresh.token}
          says="Anyone who has it can do what it allows. It is shown only now, and kept nowhere."
          onClose=${() => show(null)}
        />
      `}
      ${chosen && html`<${Revoke} token=${chosen} onClose=${() => choose(null)} onDone=${again} />`}
    </section>
  `;
}

/** @param {{ token: Token, onRevoke: () => void }} props */
function Token({ token, onRevoke }) {
  const { name, userName, status, expiresAt, revokedAt, lastUsedAt, scopes, addresses } = token;
  const until = revokedAt ?? expiresAt;
  const words = { active: t`until`, expired: t`expired`, revoked: t`revoked` };
  const word = words[/** @type {keyof typeof words} */ (status)];
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">
          ${userName} · ${until ? html`${word} <${Day} day=${until.slice(0, 10)} />` : t`without an end`}
          ${" · "}${lastUsedAt ? html`last used <${Day} day=${lastUsedAt.slice(0, 10)} />` : t`not used yet`}
          <br />
          ${scopes ? t`may ${scopes.join(", ")}` : t`has all permissions of its owner`}${addresses && t`, from ${addresses.join(", ")}`}
        </span>
        ${status === "active" &&
        html`
          <span class="line-amount">
            <button type="button" class="button small danger" aria-label=${t`Revoke ${name}`} onClick=${onRevoke}>
              Revoke…
            </button>
          </span>
        `}
      </div>
    </li>
  `;
}

/** @param {{ token: Token, onClose: () => void, onDone: () => void }} props */
function Revoke({ token, onClose, onDone }) {
  const revoke = async () => {
    await del("/api/tokens/{token_id}", { path: { token_id: token.id } });
    notify(t`The token “${token.name}” is revoked.`, { kind: "success" });
    onDone();
  };
  return html`
    <${FormDialog} title=${t`Revoke “${token.name}”?`} action="Revoke" isDanger=${true} onSend=${revoke} onClose=${onClose}>
      <p>Whatever uses it is refused from now on.</p>
    <//>
  `;
}
