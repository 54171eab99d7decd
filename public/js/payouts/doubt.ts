/** What the bank's answers leave open of a payment in a file. */

import { may } from "../state/session.ts";
import { t } from "../words.ts";
import type { Payout } from "../api/types.d.ts";

const SAYS = {
  copy: t`was given to the bank twice, and the bank refused a copy: say which one counts`,
  refused_late: t`was refused by the bank after it had accepted it: say what the bank did`,
  taken_late: t`was refused and accepted by the bank: say what it did, before it is paid again`,
};

/** @returns what the bank's answers leave open, with the bank's code; null for nothing */
export function doubtIn({ paymentDoubt, paymentDoubtReason }: Payout): string | null {
  if (!paymentDoubt) return null;
  const says = SAYS[paymentDoubt];
  return paymentDoubtReason ? `${says} (${paymentDoubtReason})` : says;
}

/** @returns whether whoever looks may say what the bank did */
export const canSayWhatBankDid = ({ paymentDoubt, paymentFileId }: Payout): boolean =>
  may("pay") && paymentDoubt !== null && paymentFileId !== null;
