// @ts-check
/** Settings: how whoever is signed in signs in, their tokens, and the end of all their sessions. */

import { useState } from "preact/hooks";

import { signOutEverywhere } from "../api.js";
import { Dialog } from "../parts/dialog.js";
import { View } from "../parts/view.js";
import { Language } from "./language.js";
import { Passkeys } from "./passkeys.js";
import { leaveBy } from "./sign-out.js";
import { Tokens } from "./tokens.js";
import { html } from "../words.js";

export default function Access() {
  const [isAsking, setAsking] = useState(false);
  return html`
    <${View} title="Sign-in and tokens">
      <${Passkeys} />
      <${Tokens} />
      <${Language} />
      <section class="card" aria-labelledby="sessions-title">
        <h2 id="sessions-title">Browsers</h2>
        <p>Sign out in all browsers if you have lost a device.</p>
        <p class="form-buttons">
          <button type="button" class="button" onClick=${() => setAsking(true)}>
            Sign out everywhere
          </button>
        </p>
      </section>
      ${isAsking && html`<${SigningOut} onClose=${() => setAsking(false)} />`}
    <//>
  `;
}

/** Asks before all sessions end. @param {{ onClose: () => void }} props */
function SigningOut({ onClose }) {
  const [isBusy, setBusy] = useState(false);
  async function leave() {
    setBusy(true);
    try {
      await leaveBy(signOutEverywhere);
    } finally {
      setBusy(false);
      onClose();
    }
  }
  return html`
    <${Dialog} title="Sign out everywhere" action="Sign out in all browsers" isDanger isBusy=${isBusy} onClose=${onClose} onAction=${leave}>
      <p>Sign out in all browsers, including this one? Sign-in links that were not used yet stop working.</p>
    <//>
  `;
}
