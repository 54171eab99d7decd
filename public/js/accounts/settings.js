// @ts-check
/** What is set for the account, who is signed in and how, its people, and the access tokens. */

import { html } from "htm/preact";

import { View } from "../parts/view.js";
import { may, session } from "../state/session.js";
import { AccountForm } from "./account-form.js";
import { Passkeys } from "../identity/passkeys.js";
import { People } from "../identity/people.js";
import { SortingLinks } from "../expenses/sorting/links.js";
import { Refusals } from "../identity/refusals.js";
import { Sources } from "../inbound/sources.js";
import { Tokens } from "../identity/tokens.js";
import { Usage } from "./usage.js";

export default function Settings() {
  return html`
    <${View} title="Settings">
      ${may("administer") && html`<${AccountForm} />`}
      ${may("read") && html`<${Usage} />`}
      <section class="card" aria-labelledby="notices-title">
        <h2 id="notices-title">Notices</h2>
        <p><a href="/settings/notices">What you are told, and where mail to you goes</a></p>
      </section>
      ${may("submit") &&
      html`
        <section class="card" aria-labelledby="mail-title">
          <h2 id="mail-title">Receipts by mail</h2>
          <p><a href="/settings/mail">Where receipts are mailed to, who may send them, and what came</a></p>
        </section>
      `}
      ${may("ledger") &&
      html`
        <section class="card" aria-labelledby="payouts-title">
          <h2 id="payouts-title">Payouts</h2>
          <p><a href="/payouts">Whom the account pays, and where the money is</a></p>
          <p><a href="/ledger">What the books say of it: the ledger</a></p>
        </section>
      `}
      <section class="card" aria-labelledby="privacy-title">
        <h2 id="privacy-title">Privacy</h2>
        <p><a href="/settings/privacy">Taking data along, what is kept how long, and deleting for good</a></p>
      </section>
      <${Passkeys} />
      ${may("people") && html`<${People} /><${Refusals} />`}
      <${SortingLinks} />
      ${may("administer") && html`<${Sources} />`}
      <${Tokens} />
      <p class="quiet">Signed in as ${session.value?.user.name}, to ${session.value?.account.name}.</p>
    <//>
  `;
}
