/** What an entry of the ledger is, in words, and the thing that it was for, where its ids tell. */

import { t } from "../words.ts";

type Cause = { words: string; href: string | null };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
/** Workflows append facts under the ids of their runs, `run_…:what`; nobody else may. */
const OF_A_RUN = /^(run_[0-9A-Z]+):(.*)$/;

/** What a kind of transfer does. */
export const KINDS: Record<string, string> = {
  transfer: t`transfer`,
  pending: t`reserved`,
  post: t`what was reserved is booked`,
  void: t`what was reserved is released`,
  expire: t`what was reserved has timed out`,
  reversal: t`reversal`,
};

/** By the beginning of what stands behind the run's id. */
const OF_PAYOUTS: [string, string][] = [
  ["debit:rollback:left", t`Payout: the payment had left before it was stopped`],
  ["debit:rollback", t`Payout: given back to the company`],
  ["debit", t`Payout: taken from the company's account`],
  ["record", t`Payout: has left, so much less is owed`],
  ["reverse", t`Payout: given back to the company`],
  ["returned:", t`Payout: came back later`],
];

/** The same of invoices and expense claims. */
const OF_CLAIMS: [string, string][] = [
  ["payment:", t`Invoice: a payment came in`],
  ["reversed:", t`Invoice: a payment was taken back`],
  ["written_off:", t`Invoice: a rest was written off`],
  ["refund:", t`Invoice: what was owed back was sent back`],
  ["credit:", t`Invoice: a credit note`],
  ["withdrawn", t`Invoice: withdrawn`],
  ["undone:", t`Invoice: withdrawn`],
  ["issue", t`Invoice: issued`],
];

/**
 * @returns what it was for; `href` leads to the claim or the run (a payout is its run), null where
 * no id tells
 */
export function causeOf({
  transaction,
  transfer,
  otherAccount,
  reference,
}: {
  transaction: string;
  transfer: string;
  otherAccount: string;
  reference: string | null;
}): Cause {
  const [, run = "", what = ""] = OF_A_RUN.exec(transaction) ?? [];
  if (!run) return { words: reference ?? transfer, href: null };
  if (otherAccount.startsWith("claims:"))
    return { words: named(OF_CLAIMS, what) ?? t`Invoice`, href: `/claims/${run}` };
  if (otherAccount.startsWith("payouts:"))
    return { words: named(OF_PAYOUTS, what) ?? t`Payout`, href: `/runs/${run}` };
  return { words: t`A run`, href: `/runs/${run}` };
}

/**
 * @param text the last day of a period @returns the day behind it, since the API's ends are
 * exclusive; as it is where it is no day, so that the API says what is wrong with it
 */
export function dayAfter(text: string): string {
  if (!DAY.test(text)) return text;
  const day = new Date(Date.parse(`${text}T00:00:00Z`) + DAY_MS);
  return Number.isNaN(day.getTime()) ? text : day.toISOString().slice(0, text.length);
}

function named(names: [string, string][], what: string) {
  return names.find(([beginning]) => what.startsWith(beginning))?.[1];
}

/** The sides of an account, as they stand in a sentence. */
export const SIDES: Record<string, string> = { debit: t`debit`, credit: t`credit` };
