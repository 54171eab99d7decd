/** Who paid a receipt that is no expense yet. */

import { useState } from "preact/hooks";

import { changeReceipt } from "../api.ts";
import { report } from "../state/report.ts";
import { may } from "../state/session.ts";
import { WhoPaid } from "./payer.tsx";
import { t } from "../words.ts";
import type { Payer } from "../api/payer.ts";

/** Changed at once, beside the values. */
export function ReceiptPayer({ receipt }: { receipt: { id: string; paidBy: string } }) {
  const [said, say] = useState(receipt.paidBy);
  const [isSending, setSending] = useState(false);
  const onChange = async (paidBy: Payer) => {
    setSending(true);
    say(paidBy);
    try {
      await changeReceipt(receipt.id, { paidBy });
    } catch (error) {
      say(said);
      report(error);
    } finally {
      setSending(false);
    }
  };
  // A person who sees the receipts of all is asked of somebody else's.
  return (
    <WhoPaid
      question={t`Who paid?`}
      value={said}
      onChange={onChange}
      isOwn={!may("read")}
      isDisabled={isSending}
    />
  );
}
