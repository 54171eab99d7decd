// @ts-check
/** What is set for the account as a whole, and what it has used. */

import { CompanySection } from "../company/profile.js";
import { View } from "../parts/view.js";
import { may } from "../state/session.js";
import { AccountForm } from "./account-form.js";
import { Usage } from "./usage.js";
import { html } from "../words.js";

export default function Settings() {
  return html`
    <${View} title="Company">
      ${may("administer") && html`<${CompanySection} /><${AccountForm} />`}
      ${may("read") && html`<${Usage} />`}
    <//>
  `;
}
