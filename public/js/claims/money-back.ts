/** What to call an expense by which money comes back. */

import { isRefund } from "../format.ts";
import { t } from "../words.ts";

/** @returns "Refund" or "Credit note"; null where money was paid; a credit note has a number */
export function moneyBack(
  values:
    | { total: string | null; documentKind: string | null; receiptNumber: string | null }
    | null
    | undefined,
): string | null {
  if (values?.documentKind === "credit_note" && values.receiptNumber) return t`Credit note`;
  return isRefund(values) || values?.documentKind === "credit_note" ? t`Refund` : null;
}
