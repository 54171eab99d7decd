// @ts-check
/** Values as they are shown: money, days, moments. What is unknown is a dash. */

import { ago, date, money, moment, UNKNOWN } from "../format.js";
import { html } from "../words.js";

/** @param {{ amount: string | null | undefined, currency: string | null | undefined }} props a decimal string; ISO 4217 */
export function Money({ amount, currency }) {
  const text = money(amount, currency);
  return html`<span class=${text === UNKNOWN ? "money is-unknown" : "money"}>${text}</span>`;
}

/** @param {{ day: string | null | undefined }} props YYYY-MM-DD */
export function Day({ day }) {
  return day ? html`<time datetime=${day}>${date(day)}</time>` : html`<span class="is-unknown">${UNKNOWN}</span>`;
}

/** @param {{ at: string }} props UTC, ISO 8601; shown as how long ago that was, and in full on pointing at it */
export function Moment({ at }) {
  return html`<time datetime=${at} title=${moment(at)}>${ago(at)}</time>`;
}
