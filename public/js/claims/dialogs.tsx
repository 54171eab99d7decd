/**
 * What is said of a claim: that it was paid, that a part is taken out, that it is disputed, or
 * withdrawn.
 */

import { useState } from "preact/hooks";

import { ApiError, post } from "../api/client.ts";
import { money } from "../format.ts";
import { Choices } from "../parts/choices.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { AmountField, CurrencyField, DayField, TextField } from "../parts/fields.tsx";
import { readAmount, writtenAmount } from "../values/amount.ts";
import { readDay, writtenDay } from "../values/day.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import type { ClaimDetail } from "../api/types.d.ts";

type DialogProps = {
  claim: ClaimDetail;
  onClose: () => void;
  onDone: (claim: ClaimDetail) => void;
};

const REASONS = {
  withdraw: {
    title: t`Withdraw it`,
    action: t`Withdraw it`,
    hint: t`Its expenses can be billed again; what was paid is owed back.`,
  },
  "write-off": {
    title: t`Write off the rest`,
    action: t`Write it off`,
    hint: t`Nobody is asked for what is open any more. Its expenses stay billed.`,
  },
  reversal: {
    title: t`Take the payment back`,
    action: t`Take it back`,
    hint: t`It was recorded by mistake, or it bounced. What is open then is to be paid again.`,
  },
  dispute: {
    title: t`It is disputed`,
    action: t`Note the dispute`,
    hint: t`Nobody is asked for it until that is over.`,
  },
  resolve: {
    title: t`Resolve the dispute`,
    action: t`Wait for the payment`,
    hint: t`What is open is waited for, and asked for, again.`,
  },
};

/** What went wrong, in words: of all fields first. */
export const sentence = (error: unknown) =>
  error instanceof ApiError
    ? [...new Set(error.fieldErrors.map(({ message }) => message))].join(" ") || error.message
    : error instanceof Error
      ? error.message
      : String(error);

export function PaymentDialog({ claim, onClose, onDone }: DialogProps) {
  const [amount, setAmount] = useState(claim.open === "0.00" ? "" : writtenAmount(claim.open));
  const [currency, setCurrency] = useState(claim.currency);
  const [day, setDay] = useState(writtenDay(new Date().toISOString().slice(0, 10)));
  const [reference, setReference] = useState("");
  const paying = useAct(async () => {
    const read = readAmount(amount, currency);
    const on = readDay(day);
    if (read.problem || !read.value) throw new Error(read.problem ?? t`Type in what came.`);
    if (on.problem || !on.value)
      throw new Error(on.problem ?? t`Type in the day on which it came.`);
    const body = {
      amount: read.value,
      currency,
      day: on.value,
      reference: reference.trim() || null,
    };
    onDone(
      await post("/api/claims/{claim_id}/payments", body, {
        path: { claim_id: claim.id },
      }),
    );
  }, sentence);
  return (
    <Dialog
      title="Record a payment"
      action="Record it"
      isBusy={paying.isBusy}
      problem={paying.problem}
      onClose={onClose}
      onAction={paying.act}
    >
      <AmountField label="Amount" value={amount} currency={currency} onValue={setAmount} />
      <CurrencyField
        label="Currency"
        value={currency}
        onValue={setCurrency}
        hint="In another currency it is kept as owed back."
      />
      <DayField label="Day" value={day} onValue={setDay} />
      <TextField
        label="Reference"
        value={reference}
        onValue={setReference}
        maxLength={140}
        hint="Such as the line of the bank's statement."
      />
    </Dialog>
  );
}

export function CreditDialog({ claim, onClose, onDone }: DialogProps) {
  const [chosen, choose] = useState<string[]>([]);
  const [reason, setReason] = useState("");
  const held = claim.items.filter(({ isReleased }) => !isReleased);
  const crediting = useAct(async () => {
    if (chosen.length === 0) throw new Error(t`Choose what is taken out.`);
    if (!reason.trim()) throw new Error(t`Say in a few words why.`);
    const body = { expenseIds: chosen, reason: reason.trim() };
    onDone(
      await post("/api/claims/{claim_id}/credit-notes", body, {
        path: { claim_id: claim.id },
      }),
    );
  }, sentence);
  const options = held.map(({ expenseId, merchant, amount }) => ({
    value: expenseId,
    label: merchant ?? t`Erased`,
    says: money(amount, claim.currency),
  }));
  return (
    <Dialog
      title="Issue a credit note"
      action="Take it out"
      isBusy={crediting.isBusy}
      problem={crediting.problem}
      onClose={onClose}
      onAction={crediting.act}
    >
      <Choices legend="What is taken out" options={options} chosen={chosen} onChange={choose} />
      <TextField label="Why" value={reason} onValue={setReason} maxLength={140} />
    </Dialog>
  );
}

/** `version`: the payment's, of a reversal */
export function ReasonDialog({
  claim,
  what,
  version,
  onClose,
  onDone,
}: DialogProps & { what: keyof typeof REASONS; version?: number }) {
  const [reason, setReason] = useState("");
  const words = REASONS[what];
  const acting = useAct(async () => {
    if (!reason.trim()) throw new Error(t`Say in a few words why.`);
    const path = { claim_id: claim.id };
    const body = { reason: reason.trim() };
    onDone(
      what === "reversal"
        ? await post("/api/claims/{claim_id}/payments/{version}/reversal", body, {
            path: { ...path, version: String(version) },
          })
        : await post(`/api/claims/{claim_id}/${what}`, body, { path }),
    );
  }, sentence);
  return (
    <Dialog
      title={words.title}
      action={words.action}
      isDanger={what === "withdraw" || what === "write-off" || what === "reversal"}
      isBusy={acting.isBusy}
      problem={acting.problem}
      onClose={onClose}
      onAction={acting.act}
    >
      <p>{words.hint}</p>
      <TextField label="Why" value={reason} onValue={setReason} maxLength={140} />
    </Dialog>
  );
}
