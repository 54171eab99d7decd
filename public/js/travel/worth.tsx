/**
 * What a journey is worth, by the server, as one types; and the rates that it may be claimed at.
 */

import { useEffect, useState } from "preact/hooks";

import { ApiError, get } from "../api/client.ts";
import { date, money } from "../format.ts";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { locale, t } from "../words.ts";
import type { TravelClaim } from "../api/types.d.ts";
import type { ComponentChildren } from "preact";

const PAUSE_MS = 250;
const regions = new Intl.DisplayNames(locale, { type: "region" });

/** All rates that there are. */
export function useRates() {
  return useRequest((signal) => get("/api/travel-rates", { signal }), []);
}

/** @returns their countries */
export function countriesOf(rates: { country: string }[]): { value: string; label: string }[] {
  return [...new Set(rates.map(({ country }) => country))].map((value) => ({
    value,
    label: regions.of(value) ?? value,
  }));
}

/** @returns where the browser is at home, or the first that there are rates of */
export function countryHere(rates: { country: string }[]): string {
  const here = new Intl.Locale(locale).maximize().region;
  return (rates.find(({ country }) => country === here) ?? rates[0])?.country ?? "";
}

/**
 * The rate of a day.
 *
 * @param day YYYY-MM-DD
 */
export function rateOn<Rate extends { country: string; first: string; last: string }>(
  rates: Rate[],
  day: string | null,
): Rate | undefined {
  return rates.find(({ first, last }) => day && first <= day && day <= last);
}

/** @param amount of a unit, which may have more decimals than its currency */
export function unitPrice(amount: string, currency: string) {
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    maximumFractionDigits: 4,
  }).format(amount as any);
}

/** Where a rate is from, and when it holds. */
export function sourceOf({ source, first, last }: { source: string; first: string; last: string }) {
  return t`${source}; ${date(first)} to ${date(last)}`;
}

export function Worth({
  asked,
  ask,
  missing,
  children,
}: {
  /** the body as JSON; null while something is missing for it */
  asked: string | null;
  ask: (body: any, signal: AbortSignal) => Promise<TravelClaim>;
  /** what is to be filled in first */
  missing: string;
  /** the rate */
  children: ComponentChildren;
}) {
  const settled = useSettled(asked);
  const { answer, problem, again } = useRequest(
    async (signal) => {
      if (settled === null) return null;
      try {
        return { claim: await ask(JSON.parse(settled), signal), why: null };
      } catch (error) {
        const first = error instanceof ApiError ? error.fieldErrors[0] : undefined;
        if (!first) throw error;
        return { claim: null, why: first.message };
      }
    },
    [settled],
  );
  const claim = asked === null || problem ? null : (answer?.claim ?? null);
  const why = asked === null ? missing : answer?.why;
  return (
    <section class="card worth" aria-labelledby="worth-title">
      <h2 id="worth-title">What it is worth</h2>
      <div aria-live="polite">
        {claim ? (
          <p class="worth-total money">{money(claim.total, claim.currency)}</p>
        ) : (
          !(asked && problem) && <p class="quiet">{why}</p>
        )}
        {asked && <Waiting problem={problem} isLoading={false} onAgain={again} />}
        {claim && claim.lines.length > 1 && <Parts claim={claim} />}
      </div>
      {children}
    </section>
  );
}

function Parts({ claim: { lines, currency } }: { claim: TravelClaim }) {
  return (
    <ul class="worth-parts">
      {lines.map(({ description, quantity, unitPrice: price, amount }) => (
        <li key={description}>
          <span>
            {inWords(description)}
            {quantity !== "1" && price && <> · {unitPrice(price, currency)} each</>}
          </span>
          <span class="money">{money(amount, currency)}</span>
        </li>
      ))}
    </ul>
  );
}

/** @param description of a line, which may begin with its day */
function inWords(description: string) {
  return description.replace(/^\d{4}-\d{2}-\d{2}/, (day) => date(day));
}

/** @returns once it has not changed for a moment */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
