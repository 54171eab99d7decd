// @ts-check
/** What to call an expense by which money comes back. */

import { isRefund } from "../format.js";
import { t } from "../words.js";

/**
 * @param {{ total: string | null, documentKind: string | null, receiptNumber: string | null } | null | undefined} values
 * @returns {string | null} "Refund" or "Credit note"; null where money was paid; a credit note has a number
 */
export function moneyBack(values) {
  if (values?.documentKind === "credit_note" && values.receiptNumber) return t`Credit note`;
  return isRefund(values) || values?.documentKind === "credit_note" ? t`Refund` : null;
}
