/** What all that is found adds up to. */

import { counted, money } from "../format.ts";
import { t } from "../words.ts";
import type { Totals } from "../api/types.d.ts";

/** The code of the problem that says so. */
export const TOO_MANY = "too-many-to-sum";

export function Totals({
  answer,
  isLoading,
}: {
  answer: Totals | typeof TOO_MANY | null;
  isLoading: boolean;
}) {
  if (answer === TOO_MANY) {
    return (
      <p class="found-totals">
        Too many may be found to be summed. Choose a period, or another condition.
      </p>
    );
  }
  if (!answer || answer.count === 0) return null;
  return (
    <p class="found-totals" aria-live="polite" aria-busy={isLoading}>
      <strong>{counted(answer.count, "expense")}</strong>
      {answer.currencies.map(({ currency, total }) => (
        <span key={currency} class="money">
          {money(total, currency)}
        </span>
      ))}
      {answer.base && answer.currencies.length > 1 && (
        <span class="found-base">{inBase(answer)}</span>
      )}
    </p>
  );
}

function inBase({ base, count }: Totals) {
  if (!base) return null;
  const left = count - base.count;
  const all = t`total ${money(base.total, base.currency)}`;
  return left > 0 ? t`${all}, excluding ${left} without an exchange rate` : all;
}
