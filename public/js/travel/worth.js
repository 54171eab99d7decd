// @ts-check
/** What a journey is worth, by the server, as one types; and the rates that it may be claimed at. */

import { useEffect, useState } from "preact/hooks";

import { ApiError, get } from "../api/client.js";
import { date, money } from "../format.js";
import { useRequest } from "../state/request.js";
import { html, locale, t } from "../words.js";

/** @import { TravelClaim } from "../api/types.js" */

const PAUSE_MS = 250;
const regions = new Intl.DisplayNames("en", { type: "region" });

/** All rates that there are. */
export function useRates() {
  return useRequest((signal) => get("/api/travel-rates", { signal }), []);
}

/**
 * @param {{ country: string }[]} rates
 * @returns {{ value: string, label: string }[]} their countries
 */
export function countriesOf(rates) {
  return [...new Set(rates.map(({ country }) => country))].map((value) => ({ value, label: regions.of(value) ?? value }));
}

/**
 * @param {{ country: string }[]} rates
 * @returns {string} where the browser is at home, or the first that there are rates of
 */
export function countryHere(rates) {
  const here = new Intl.Locale(locale).maximize().region;
  return (rates.find(({ country }) => country === here) ?? rates[0])?.country ?? "";
}

/**
 * The rate of a day.
 *
 * @template {{ country: string, first: string, last: string }} Rate
 * @param {Rate[]} rates
 * @param {string | null} day YYYY-MM-DD
 * @returns {Rate | undefined}
 */
export function rateOn(rates, day) {
  return rates.find(({ first, last }) => day && first <= day && day <= last);
}

/** @param {string} amount of a unit, which may have more decimals than its currency @param {string} currency */
export function unitPrice(amount, currency) {
  return new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 4 }).format(
    /** @type {any} */ (amount),
  );
}

/** Where a rate is from, and when it holds. @param {{ source: string, first: string, last: string }} rate */
export function sourceOf({ source, first, last }) {
  return t`${source}; ${date(first)} to ${date(last)}`;
}

/**
 * @param {object} props
 * @param {string | null} props.asked the body as JSON; null while something is missing for it
 * @param {(body: any, signal: AbortSignal) => Promise<TravelClaim>} props.ask
 * @param {string} props.missing what is to be filled in first
 * @param {import("preact").ComponentChildren} props.children the rate
 */
export function Worth({ asked, ask, missing, children }) {
  const settled = useSettled(asked);
  const { answer, problem } = useRequest(async (signal) => {
    if (settled === null) return null;
    try {
      return { claim: await ask(JSON.parse(settled), signal), why: null };
    } catch (error) {
      const first = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      if (!first) throw error;
      return { claim: null, why: first.message };
    }
  }, [settled]);
  const claim = asked === null ? null : (answer?.claim ?? null);
  const why = asked === null ? missing : (answer?.why ?? problem);
  return html`
    <section class="card worth" aria-labelledby="worth-title">
      <h2 id="worth-title">What it is worth</h2>
      <div aria-live="polite">
        ${claim ? html`<p class="worth-total money">${money(claim.total, claim.currency)}</p>` : html`<p class="quiet">${why}</p>`}
        ${claim && claim.lines.length > 1 && html`<${Parts} claim=${claim} />`}
      </div>
      ${children}
    </section>
  `;
}

/** @param {{ claim: TravelClaim }} props */
function Parts({ claim: { lines, currency } }) {
  return html`
    <ul class="worth-parts">
      ${lines.map(
        ({ description, quantity, unitPrice: price, amount }) => html`
          <li key=${description}>
            <span>${inWords(description)}${quantity !== "1" && price && html` · ${unitPrice(price, currency)} each`}</span>
            <span class="money">${money(amount, currency)}</span>
          </li>
        `,
      )}
    </ul>
  `;
}

/** @param {string} description of a line, which may begin with its day */
function inWords(description) {
  return description.replace(/^\d{4}-\d{2}-\d{2}/, (day) => date(day));
}

/** @template Value @param {Value} value @returns {Value} once it has not changed for a moment */
function useSettled(value) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
