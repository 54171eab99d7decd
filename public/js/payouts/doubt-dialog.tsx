/** A person says what the bank did with a payment whose answers contradict each other. */

import { useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { money } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField } from "../parts/fields.tsx";
import { sentenceOf } from "../state/request.ts";
import { fromMinor } from "../values/amount.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import type { Payout, PaymentOutcomeRequest } from "../api/types.d.ts";

type Outcome = PaymentOutcomeRequest["status"];

const ON_ITS_WAY: { value: Outcome; label: string } = {
  value: "on_its_way",
  label: t`It carries out the other copy: the payment goes on`,
};
const ENDS: { value: Outcome; label: string }[] = [
  { value: "posted", label: t`It was paid: the money has left` },
  { value: "failed", label: t`It was not paid, and never will be` },
];

/** Nothing was chosen yet. */
class Missing extends Error {}

export function SayWhatBankDid({
  payout,
  onClose,
  onSaid,
}: {
  payout: Payout;
  onClose: () => void;
  onSaid: () => void;
}) {
  const [status, setStatus] = useState<Outcome | "">("");
  const { id, payeeName, amount, currency, reference, paymentFileId, paymentStatus } = payout;
  const hasEnded = paymentStatus !== null && paymentStatus !== "processing";
  const saying = useAct(
    async () => {
      if (!status) throw new Missing(t`Choose what the bank says.`);
      await post(
        "/api/payment-files/{file_id}/outcomes",
        { status, payoutId: id },
        { path: { file_id: paymentFileId ?? "" } },
      );
      onSaid();
    },
    (error) => (error instanceof Missing ? error.message : sentenceOf(error)),
  );
  const asked = {
    title: t`What did the bank do?`,
    action: t`Save`,
    isDanger: status === "failed",
    isBusy: saying.isBusy,
  };
  const sum = money(fromMinor(amount, currency), currency);
  const choices = [
    { value: "" as Outcome | "", label: t`Choose what the bank says` },
    ...(hasEnded ? [] : [ON_ITS_WAY]),
    ...ENDS,
  ];
  return (
    <Dialog {...asked} problem={saying.problem} onClose={onClose} onAction={saying.act}>
      <p>{t`${sum} to ${payeeName}, for ${reference}. Look at the bank account's statement, or ask
        the bank: was one copy of the payment carried out?`}</p>
      <SelectField label={t`The bank says`} value={status} onValue={setStatus} options={choices} />
    </Dialog>
  );
}
