/** Values as they are shown: money, days, moments. What is unknown is a dash. */

import { ago, date, money, moment, UNKNOWN } from "../format.ts";

/** A decimal string; ISO 4217 */
export function Money({
  amount,
  currency,
}: {
  amount: string | null | undefined;
  currency: string | null | undefined;
}) {
  const text = money(amount, currency);
  return <span class={text === UNKNOWN ? "money is-unknown" : "money"}>{text}</span>;
}

/** YYYY-MM-DD */
export function Day({ day }: { day: string | null | undefined }) {
  return day ? <time datetime={day}>{date(day)}</time> : <span class="is-unknown">{UNKNOWN}</span>;
}

/** UTC, ISO 8601; shown as how long ago that was, and in full on pointing at it */
export function Moment({ at }: { at: string }) {
  return (
    <time datetime={at} title={moment(at)}>
      {ago(at)}
    </time>
  );
}
