/** Deciding on a payout that somebody else has asked for. */

import { useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { money } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField, TextField } from "../parts/fields.tsx";
import { may } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { useAct } from "../parts/use-act.ts";
import { AlikeTold } from "./alike.tsx";
import { t } from "../words.ts";
import type { Payout } from "../api/types.d.ts";

const CHOICES = [
  { value: "approve", label: t`Approve it: it is paid` },
  { value: "reject", label: t`Reject it: nothing is paid` },
];

export function Decide({
  payout,
  onClose,
  onDecided,
}: {
  payout: Payout;
  onClose: () => void;
  onDecided: () => void;
}) {
  const [decision, setDecision] = useState("approve");
  const [comment, setComment] = useState("");
  const { id, payeeName, amount, currency, reference, payeeArchivedAt } = payout;
  const deciding = useAct(async () => {
    const body = {
      decision: decision as "approve" | "reject",
      values: {},
      comment: comment.trim() || null,
    };
    await post("/api/runs/{run_id}/review", body, { path: { run_id: id } });
    onDecided();
  });
  const asked = {
    title: t`Is it paid?`,
    action: t`Decide`,
    isDanger: decision === "reject",
    isBusy: deciding.isBusy,
  };
  return (
    <Dialog {...asked} problem={deciding.problem} onClose={onClose} onAction={deciding.act}>
      <p>
        {money(fromMinor(amount, currency), currency)} to {payeeName}, for {reference}. The person
        who requested it cannot decide.
      </p>
      {payeeArchivedAt && (
        <p role="status">
          The payee was archived meanwhile: nothing is paid, also where you approve it.
        </p>
      )}
      {may("ledger") && <AlikeTold id={id} isBatch={false} />}
      <SelectField label="Decision" value={decision} onValue={setDecision} options={CHOICES} />
      <TextField
        label="Why"
        value={comment}
        onValue={setComment}
        maxLength={500}
        hint="For the history"
      />
    </Dialog>
  );
}
