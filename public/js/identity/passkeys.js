// @ts-check
/** The passkeys of whoever is signed in: made here, named, removed. */

import { useState } from "preact/hooks";

import { del, get, patch } from "../api/client.js";
import { hasPasskeys, makePasskey, nameOfThisDevice, PasskeyError } from "../api/passkeys.js";
import { notify } from "../notifications/notices.js";
import { TextField } from "../parts/fields.js";
import { FormDialog } from "../parts/form.js";
import { Day } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { field } from "../values/schema.js";
import { html, t } from "../words.js";

/** @import { Passkey } from "../api/types.js" */

export function Passkeys() {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/passkeys", { signal }), []);
  const [removed, remove] = useState(/** @type {Passkey | null} */ (null));
  const [named, name] = useState(/** @type {Passkey | null} */ (null));
  const items = answer?.items ?? [];
  return html`
    <section class="card" aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">Passkeys</h2>
      <p class="quiet">A passkey signs you in with this device's PIN, a finger or your face. No link is needed.</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${items.length > 0 &&
      html`
        <ul class="lines">
          ${items.map(
            (passkey) => html`
              <${Passkey}
                key=${passkey.id}
                passkey=${passkey}
                onName=${() => name(passkey)}
                onRemove=${() => remove(passkey)}
              />
            `,
          )}
        </ul>
      `}
      <${Make} onDone=${again} />
      ${named && html`<${Rename} passkey=${named} onClose=${() => name(null)} onDone=${again} />`}
      ${removed &&
      html`<${Remove} passkey=${removed} isLast=${items.length === 1} onClose=${() => remove(null)} onDone=${again} />`}
    </section>
  `;
}

/** @param {{ passkey: Passkey, onName: () => void, onRemove: () => void }} props */
function Passkey({ passkey, onName, onRemove }) {
  const { name, host, synced, createdAt, lastUsedAt } = passkey;
  const where = host === location.hostname ? "" : t`for ${host} · `;
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">
          ${where}${synced ? t`on your other devices too · ` : ""}made <${Day} day=${createdAt.slice(0, 10)} />${" · "}
          ${lastUsedAt ? html`last used <${Day} day=${lastUsedAt.slice(0, 10)} />` : t`not used yet`}
        </span>
        <span class="line-actions">
          <button type="button" class="button small" aria-label=${t`Rename ${name}`} onClick=${onName}>Rename…</button>
          <button type="button" class="button small danger" aria-label=${t`Remove ${name}`} onClick=${onRemove}>
            Remove…
          </button>
        </span>
      </div>
    </li>
  `;
}

/** @param {{ onDone: () => void }} props */
function Make({ onDone }) {
  const [name, setName] = useState(nameOfThisDevice);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  if (!hasPasskeys()) {
    return html`<p class="quiet">This browser, or this address, has no passkeys: on this machine, open http://localhost.</p>`;
  }
  async function make(/** @type {Event} */ event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await makePasskey(name.trim() || nameOfThisDevice());
      notify(t`The passkey is ready. Sign in with it from now on.`, { kind: "success" });
      setName(nameOfThisDevice());
      onDone();
    } catch (error) {
      if (error instanceof PasskeyError) setProblem(error.message);
      else report(error);
    } finally {
      setBusy(false);
    }
  }
  const field = { label: t`Name of the new passkey`, value: name, onValue: setName, maxLength: 100, problem };
  return html`
    <form class="one-field" novalidate onSubmit=${make}>
      <${TextField} ...${field} />
      <button type="submit" class="button" disabled=${isBusy}>Make a passkey</button>
    </form>
  `;
}

const NAME = [field("name", t`Name`, { maxLength: 100 })];

/** @param {{ passkey: Passkey, onClose: () => void, onDone: () => void }} props */
function Rename({ passkey, onClose, onDone }) {
  const rename = (/** @type {import("../parts/form.js").Body} */ { name }) =>
    patch("/api/passkeys/{passkey_id}", { name }, { path: { passkey_id: passkey.id } }).then(onDone);
  const asked = { title: t`Rename the passkey`, action: t`Rename`, fields: NAME, values: { name: passkey.name } };
  return html`<${FormDialog} ...${asked} onSend=${rename} onClose=${onClose} />`;
}

/** @param {{ passkey: Passkey, isLast: boolean, onClose: () => void, onDone: () => void }} props */
function Remove({ passkey, isLast, onClose, onDone }) {
  const remove = async () => {
    await del("/api/passkeys/{passkey_id}", { path: { passkey_id: passkey.id }, query: { last: isLast } });
    notify(t`The passkey “${passkey.name}” is removed.`, { kind: "success" });
    onDone();
  };
  return html`
    <${FormDialog} title=${t`Remove “${passkey.name}”?`} action="Remove" isDanger=${true} onSend=${remove} onClose=${onClose}>
      ${isLast
        ? html`<p>It is your last one: you will sign in by a link only, which an owner of the account makes for you.</p>`
        : html`<p>Nobody signs in with it any more. Anyone who is signed in by it stays so until you sign out everywhere.</p>`}
    <//>
  `;
}
