// @ts-check
/** Deciding on a payout that somebody else has asked for. */

import { useState } from "preact/hooks";

import { post } from "../api/client.js";
import { money } from "../format.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { may } from "../state/session.js";
import { fromMinor } from "../values/amount.js";
import { useAct } from "../parts/use-act.js";
import { AlikeTold } from "./alike.js";
import { html, t } from "../words.js";

/** @import { Payout } from "../api/types.js" */

const CHOICES = [
  { value: "approve", label: t`Approve it: it is paid` },
  { value: "reject", label: t`Reject it: nothing is paid` },
];

/** @param {{ payout: Payout, onClose: () => void, onDecided: () => void }} props */
export function Decide({ payout, onClose, onDecided }) {
  const [decision, setDecision] = useState("approve");
  const [comment, setComment] = useState("");
  const { id, payeeName, amount, currency, reference, payeeArchivedAt } = payout;
  const deciding = useAct(async () => {
    const body = { decision: /** @type {"approve" | "reject"} */ (decision), values: {}, comment: comment.trim() || null };
    await post("/api/runs/{run_id}/review", body, { path: { run_id: id } });
    onDecided();
  });
  const asked = { title: t`Is it paid?`, action: t`Decide`, isDanger: decision === "reject", isBusy: deciding.isBusy };
  return html`
    <${Dialog} ...${asked} problem=${deciding.problem} onClose=${onClose} onAction=${deciding.act}>
      <p>${money(fromMinor(amount, currency), currency)} to ${payeeName}, for ${reference}. The person who requested it cannot decide.</p>
      ${payeeArchivedAt && html`<p role="status">The payee was archived meanwhile: nothing is paid, also where you approve it.</p>`}
      ${may("ledger") && html`<${AlikeTold} id=${id} isBatch=${false} />`}
      <${SelectField} label="Decision" value=${decision} onValue=${setDecision} options=${CHOICES} />
      <${TextField} label="Why" value=${comment} onValue=${setComment} maxLength=${500} hint="For the history" />
    <//>
  `;
}
