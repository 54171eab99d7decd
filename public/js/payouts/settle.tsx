/** Saying what became of a payment of which nobody else can say it. */

import { useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { money } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField, TextField } from "../parts/fields.tsx";
import { sentenceOf } from "../state/request.ts";
import { may } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import type { Payout, SettlementRequest } from "../api/types.d.ts";

type SettledAs = SettlementRequest["settledAs"];

const LOOKS_IN_VAIN = "unheard_look_up_failed";
const ENDED = ["failed", "cancelled"];
const CHOICES: { value: SettledAs | ""; label: string }[] = [
  { value: "", label: t`Choose what the bank says` },
  { value: "paid", label: t`It was paid: the money has left` },
  { value: "not_paid", label: t`It was not paid, and never will be` },
];
const BOOKED = {
  paid: t`It is booked as paid: so much less is owed to them.`,
  not_paid: t`Its debit is reversed: the money counts as the company's again.`,
};
const SHORTEST = 3;

/** Something was not said yet. */
class Missing extends Error {}

/** @returns whether somebody has to say what became of it, and whoever looks may */
export function canSettle({ state, status, failureClass, settledAs }: Payout): boolean {
  const isNotUndone = failureClass === "rollback_failed" && ENDED.includes(status);
  return may("operate") && settledAs === null && (isNotUndone || state === LOOKS_IN_VAIN);
}

export function Settle({
  payout,
  onClose,
  onSettled,
}: {
  payout: Payout;
  onClose: () => void;
  onSettled: () => void;
}) {
  const [settledAs, setSettledAs] = useState<SettledAs | "">("");
  const [reason, setReason] = useState("");
  const { id, payeeName, amount, currency, reference } = payout;
  const settling = useAct(
    async () => {
      if (!settledAs) throw new Missing(t`Choose what the bank says.`);
      if (reason.trim().length < SHORTEST)
        throw new Missing(t`Say how you know: three letters at least.`);
      await post(
        "/api/payouts/{payout_id}/settlement",
        { settledAs, reason: reason.trim() },
        { path: { payout_id: id } },
      );
      onSettled();
    },
    (error) => (error instanceof Missing ? error.message : sentenceOf(error)),
  );
  const asked = {
    title: t`What became of it?`,
    action: t`Book it`,
    isDanger: true,
    isBusy: settling.isBusy,
  };
  return (
    <Dialog {...asked} problem={settling.problem} onClose={onClose} onAction={settling.act}>
      <p>
        {money(fromMinor(amount, currency), currency)} to {payeeName}, for {reference}. Look at the
        bank account's statement, or ask the bank: what is said here goes into the books, and is
        said once.
      </p>
      <SelectField
        label="The bank says"
        value={settledAs}
        onValue={setSettledAs}
        options={CHOICES}
        hint={settledAs ? BOOKED[settledAs] : ""}
      />
      <TextField
        label="How you know"
        value={reason}
        onValue={setReason}
        maxLength={500}
        hint="For the history"
      />
    </Dialog>
  );
}
