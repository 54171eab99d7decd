/** Above what a second person decides on a payout. */

import { useState } from "preact/hooks";

import { del, get, put } from "../api/client.ts";
import { money } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { AmountField, CurrencyField } from "../parts/fields.tsx";
import { New } from "../parts/new.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { fromMinor, readAmount, toMinor } from "../values/amount.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { PayoutLimit } from "../api/types.d.ts";

export function Limits({ onAsked }: { onAsked: () => void }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/payout-limits", { signal }),
    [],
  );
  return (
    <section class="card" aria-labelledby="limits-title">
      <h2 id="limits-title">Approval limits</h2>
      <p class="quiet">
        A payout of more than this, or more for one payee within a day, needs approval by someone
        other than the person who requested it. Once there is a limit, payouts in other currencies
        always need it. To raise or lift a limit, a second person must confirm.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer?.items.length === 0 && <p>There is no limit: payouts need no approval.</p>}
      <ul class="lines" aria-label="Limits">
        {answer?.items.map((each) => (
          <Limit
            key={each.currency}
            limit={each}
            onAsked={() => {
              again();
              onAsked();
            }}
          />
        ))}
      </ul>
      <New label={t`New limit …`}>
        {(close) => (
          <NewLimit
            onClose={close}
            onDone={() => {
              again();
              onAsked();
            }}
          />
        )}
      </New>
    </section>
  );
}

function NewLimit({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [currency, setCurrency] = useState("EUR");
  const [amount, setAmount] = useState("");
  const read = readAmount(amount, currency);
  const setting = useAct(async () => {
    await put(
      "/api/payout-limits/{currency}",
      { above: toMinor(read.value ?? "", currency) },
      { path: { currency } },
    );
    onClose();
    onDone();
  });
  return (
    <Dialog
      title="New limit"
      action="Save"
      isBusy={setting.isBusy}
      isReady={Boolean(read.value) && /^[A-Z]{3}$/.test(currency)}
      problem={setting.problem}
      onClose={onClose}
      onAction={setting.act}
    >
      <AmountField
        label="Approval needed above"
        value={amount}
        onValue={setAmount}
        currency={currency}
        problem={amount && read.problem}
      />
      <CurrencyField label="Currency of the limit" value={currency} onValue={setCurrency} />
    </Dialog>
  );
}

function Limit({
  limit: { currency, above },
  onAsked,
}: {
  limit: PayoutLimit;
  onAsked: () => void;
}) {
  const dropping = useAct(async () => {
    await del("/api/payout-limits/{currency}", { path: { currency } });
    onAsked();
  });
  const label = t`Take away: the limit of ${currency}`;
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">Above {money(fromMinor(above, currency), currency)}</span>
        <Problem>{dropping.problem}</Problem>
        <span class="line-actions">
          <button
            type="button"
            class="button small"
            aria-label={label}
            disabled={dropping.isBusy}
            onClick={dropping.act}
          >
            Take away
          </button>
        </span>
      </div>
    </li>
  );
}
