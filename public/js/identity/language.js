// @ts-check
/** Settings: the language of the page in this browser. */

import { Field } from "../parts/fields.js";
import { chosenLanguage, html, speak, t } from "../words.js";

const NAMES = [
  ["", t`As the browser`],
  ["en", t`English`],
  ["de", t`Deutsch`],
];

export function Language() {
  return html`
    <section class="card" aria-labelledby="language-title">
      <h2 id="language-title">Language</h2>
      <${Field} label="Language of this page" hint="It holds in this browser, and for mail to you. Amounts and days follow it.">
        ${(/** @type {Record<string, unknown>} */ given) => html`
          <select ...${given} value=${chosenLanguage() ?? ""} onChange=${(/** @type {Event} */ event) => speak(/** @type {HTMLSelectElement} */ (event.currentTarget).value || null)}>
            ${NAMES.map(([code, name]) => html`<option key=${code} value=${code}>${name}</option>`)}
          </select>
        `}
      <//>
    </section>
  `;
}
