/** The chip of an expense's state: one text and one colour each, wherever an expense is shown. */

import { stateOfExpense } from "../labels.ts";
import { t } from "../words.ts";
import type { ListedExpense } from "../api/types.d.ts";

/** The colours are those of `.pill` by its `data-status`. */
export function StageChip({ stage }: { stage: ListedExpense["stage"] }) {
  const { status, text } = stateOfExpense(stage);
  return (
    <span class="pill" data-status={status}>
      {text}
    </span>
  );
}

/**
 * What became of an expense that a client, or the company, is asked for; null where no claim has
 * it.
 */
export function billingWords({ billing, client }: ListedExpense) {
  if (billing === "claimed") return t`Billed to the company`;
  if (billing === "paid_back") return t`Paid back by the company`;
  if (billing === "billed") return client ? t`Billed to ${client}` : t`Billed`;
  if (billing === "received") return client ? t`Paid by ${client}` : t`Paid by the client`;
  return null;
}
