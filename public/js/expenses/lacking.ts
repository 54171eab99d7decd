/** What expenses lack, in words: on Home, and before a month is closed. */

import { counted } from "../format.ts";

const SENTENCES: Record<string, (count: number) => string> = {
  review: (count) => counted(count, "receipt waits for review", "receipts wait for review"),
  in_review: (count) => counted(count, "expense was sent back", "expenses were sent back"),
  ready: (count) => counted(count, "expense is not approved", "expenses are not approved"),
  duplicates: (count) => counted(count, "possible duplicate", "possible duplicates"),
  category: (count) => counted(count, "expense has no category", "expenses have no category"),
  tax: (count) => counted(count, "expense has no tax", "expenses have no tax"),
  rate: (count) =>
    counted(count, "expense waits for an exchange rate", "expenses wait for an exchange rate"),
  occasion: (count) =>
    counted(
      count,
      "entertainment without its occasion and guests in the note",
      "entertainments without their occasion and guests in the note",
    ),
  payer: (count) =>
    counted(
      count,
      "expense says that an employee paid it, and the company’s account paid it",
      "expenses say that an employee paid them, and the company’s account paid them",
    ),
  receipt: (count) => counted(count, "expense has no receipt", "expenses have no receipt"),
  number: (count) =>
    counted(count, "expense has no receipt number", "expenses have no receipt number"),
  payment: (count) =>
    counted(count, "expense has no payment method", "expenses have no payment method"),
};

/**
 * @param what is lacking, as the API names it
 * @param count of receipts, expenses or pairs
 */
export function lackInWords(what: string, count: number): string {
  return SENTENCES[what]?.(count) ?? `${what}: ${count}`;
}
