// @ts-check
/** What is set for the account, who is signed in and how, its people, and the access tokens. */

import { html } from "htm/preact";

import { View } from "../../parts/view.js";
import { may, session } from "../../state/session.js";
import { AccountForm } from "./account-form.js";
import { Passkeys } from "./passkeys.js";
import { People } from "./people.js";
import { SortingLinks } from "../sorting/links.js";
import { Sources } from "./sources.js";
import { Tokens } from "./tokens.js";

export default function Settings() {
  return html`
    <${View} title="Settings">
      ${may("administer") && html`<${AccountForm} />`}
      <section class="card" aria-labelledby="notices-title">
        <h2 id="notices-title">Notices</h2>
        <p><a href="/settings/notices">What you are told, and where mail to you goes</a></p>
      </section>
      <${Passkeys} />
      ${may("people") && html`<${People} />`}
      <${SortingLinks} />
      ${may("administer") && html`<${Sources} />`}
      <${Tokens} />
      <p class="quiet">Signed in as ${session.value?.user.name}, to ${session.value?.account.name}.</p>
    <//>
  `;
}
