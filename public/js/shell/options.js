// @ts-check
/** What is offered while one types a currency or a category. */

import { currencyName } from "../format.js";
import { categories } from "../expenses/categories.js";
import { html } from "../words.js";

export function Options() {
  return html`
    <${Currencies} />
    <datalist id="categories">
      ${categories.value.map((value) => html`<option key=${value} value=${value}></option>`)}
    </datalist>
  `;
}

function Currencies() {
  return html`
    <datalist id="currencies">
      ${Intl.supportedValuesOf("currency").map(
        (code) => html`<option key=${code} value=${code} label=${`${code} ${currencyName(code)}`}></option>`,
      )}
    </datalist>
  `;
}
