/** Asking for a payout. */

import { useRef, useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { AmountField, CurrencyField, SelectField, TextField } from "../parts/fields.tsx";
import { readAmount, toMinor } from "../values/amount.ts";
import { useAct } from "../parts/use-act.ts";
import { AskAnyway } from "./alike.tsx";
import { OF_FILES } from "./files.tsx";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { AlikePayout, Payee } from "../api/types.d.ts";

export function Ask({ payees, onAsked }: { payees: Payee[]; onAsked: () => void }) {
  const there = payees.filter(({ archivedAt }) => archivedAt === null);
  const [payee, setPayee] = useState("");
  const [amount, setAmount] = useState("");
  const [currency, setCurrency] = useState("EUR");
  const [reference, setReference] = useState("");
  const read = readAmount(amount, currency);
  const payeeId = payee || there[0]?.id || "";
  const [alike, tellOf] = useState<AlikePayout[]>([]);
  // What was sent and is sent again is no other one: it would be told of itself.
  const sent = useRef("");
  const asking = useAct(async () => {
    const asked = {
      payeeId,
      currency,
      amount: toMinor(read.value ?? "", currency),
      reference: reference.trim(),
    };
    const text = JSON.stringify(asked);
    if (alike.length === 0 && sent.current !== text) {
      const { alike: found } = await post("/api/payouts/check", asked);
      if (found.length > 0) return tellOf(found);
    }
    sent.current = text;
    await post("/api/payouts", asked);
    sent.current = "";
    tellOf([]);
    setAmount("");
    setReference("");
    notify(t`It was asked for.`, { kind: "success" });
    onAsked();
  });
  if (there.length === 0)
    return (
      <p class="quiet">
        Add a payee in the <a href="/settings/payments">payment settings</a> first.
      </p>
    );
  const isCode = /^[A-Z]{3}$/.test(currency);
  const isBeyond = isCode && currency !== OF_FILES && isByFile(there, payeeId);
  const isWhole = read.value && reference.trim() && isCode && !isBeyond;
  return (
    <>
      <form
        aria-labelledby="ask-title"
        novalidate
        onSubmit={(event: Event) => {
          event.preventDefault();
          if (isWhole && !asking.isBusy) asking.act();
        }}
      >
        <h3 id="ask-title">One payout</h3>
        <div class="fields-row">
          <SelectField
            label="Payee"
            value={payeeId}
            onValue={setPayee}
            options={there.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <AmountField
            label="Amount"
            value={amount}
            onValue={setAmount}
            currency={currency}
            problem={amount && read.problem}
          />
          <CurrencyField label="Currency" value={currency} onValue={setCurrency} />
          <TextField
            label="For"
            value={reference}
            onValue={setReference}
            maxLength={140}
            hint="You and the payee see it"
          />
        </div>
        {isBeyond && (
          <p class="form-problem" role="alert">
            A file for the bank pays in {OF_FILES} only. Ask for {OF_FILES}, or choose a payee who
            is paid by the payment provider.
          </p>
        )}
        <Problem>{asking.problem}</Problem>
        <p class="form-buttons">
          <button type="submit" class="button" disabled={!isWhole || asking.isBusy}>
            Request payout
          </button>
        </p>
      </form>
      {alike.length > 0 && (
        <AskAnyway
          alike={alike}
          isBusy={asking.isBusy}
          problem={asking.problem}
          onClose={() => tellOf([])}
          onAction={asking.act}
        />
      )}
    </>
  );
}

/** @returns whether this payee is paid by files for the bank */
const isByFile = (payees: Payee[], id: string) =>
  payees.find((each) => each.id === id)?.paidBy === "file";
