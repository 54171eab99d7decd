// @ts-check
/** Who paid a receipt that is no expense yet. */

import { useState } from "preact/hooks";

import { changeReceipt } from "../api.js";
import { report } from "../state/report.js";
import { may } from "../state/session.js";
import { WhoPaid } from "./payer.js";
import { html, t } from "../words.js";

/** @import { Payer } from "./payer.js" */

/** Changed at once, beside the values. @param {{ receipt: { id: string, paidBy: string } }} props */
export function ReceiptPayer({ receipt }) {
  const [said, say] = useState(receipt.paidBy);
  const [isSending, setSending] = useState(false);
  const onChange = async (/** @type {Payer} */ paidBy) => {
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
  return html`<${WhoPaid} question=${t`Who paid?`} value=${said} onChange=${onChange} isOwn=${!may("read")} isDisabled=${isSending} />`;
}
