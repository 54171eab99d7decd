// @ts-check
/** What an address shows that leads nowhere. */

import { View } from "../parts/view.js";
import { html } from "../words.js";

export function NoSuchPage() {
  return html`
    <${View} title="There is no such page">
      <p>Tillroll has no page at <code>${location.pathname}</code></p>
      <p>Check how it is spelled, or <a href="/">go to the inbox</a>.</p>
    <//>
  `;
}
