// @ts-check
/** Settings: how whoever is signed in signs in, their tokens, and the end of all their sessions. */

import { signOutEverywhere } from "../api.js";
import { View } from "../parts/view.js";
import { Language } from "./language.js";
import { Passkeys } from "./passkeys.js";
import { leaveBy } from "./sign-out.js";
import { Tokens } from "./tokens.js";
import { html, t } from "../words.js";

const EVERYWHERE = t`Sign out in all browsers, including this one? Sign-in links that were not used yet stop working.`;

export default function Access() {
  return html`
    <${View} title="Sign-in and tokens">
      <${Passkeys} />
      <${Tokens} />
      <${Language} />
      <section class="card" aria-labelledby="sessions-title">
        <h2 id="sessions-title">Browsers</h2>
        <p>Sign out in all browsers if you have lost a device.</p>
        <p class="form-buttons">
          <button type="button" class="button" onClick=${() => confirm(EVERYWHERE) && leaveBy(signOutEverywhere)}>
            Sign out everywhere
          </button>
        </p>
      </section>
    <//>
  `;
}
