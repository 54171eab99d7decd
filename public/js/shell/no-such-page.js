// @ts-check
/** What an address shows that leads nowhere. */

import { html } from "htm/preact";

import { View } from "../parts/view.js";

export function NoSuchPage() {
  return html`
    <${View} title="There is no such page">
      <p>Tillroll has no page at <code>${location.pathname}</code></p>
      <p>Check how it is spelled, or <a href="/">go to the inbox</a>.</p>
    <//>
  `;
}
