/** Bank accounts whose books do not say what explains their entries, and how they are mended. */

import { useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { FormDialog } from "../parts/form.tsx";
import { may } from "../state/session.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { BankAccount } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const LONGEST = 300;

/** What differs, as a sentence: the Worker writes it as a part of one. */
function sentence(text: string | null) {
  if (!text) return "";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Nothing where all books agree */
export function Disagreements({
  accounts,
  onChange,
}: {
  accounts: BankAccount[];
  onChange: () => void;
}) {
  const [chosen, choose] = useState<BankAccount | null>(null);
  const differing = accounts.filter(({ disagrees }) => disagrees !== null);
  if (differing.length === 0) return null;
  return (
    <section class="card" aria-labelledby="disagreements-title">
      <h2 id="disagreements-title">Books that do not agree</h2>
      <ul class="lines is-wrapped" aria-label="Books that do not agree">
        {differing.map((each) => (
          <li key={each.id} class="line">
            <div class="line-text">
              <span class="line-title">
                {each.name}{" "}
                <span class="pill" data-status="failed">
                  Differs
                </span>
              </span>
              <span class="line-note">{sentence(each.disagrees)}</span>
              {may("book") && (
                <span class="line-actions">
                  <button
                    type="button"
                    class="button small"
                    aria-label={t`Mend the books of ${each.name}`}
                    onClick={() => choose(each)}
                  >
                    Mend the books
                  </button>
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
      {chosen && <Mending account={chosen} onClose={() => choose(null)} onDone={onChange} />}
    </section>
  );
}

function Mending({
  account,
  onClose,
  onDone,
}: {
  account: BankAccount;
  onClose: () => void;
  onDone: () => void;
}) {
  const fields = [
    field("reason", t`Reason`, { maxLength: LONGEST, isNeeded: true, hint: t`For the history.` }),
  ];
  const onSend = async ({ reason }: Body) => {
    await post(
      "/api/bank/accounts/{bank_account_id}/mending",
      { reason: reason.trim() },
      { path: { bank_account_id: account.id } },
    );
    onDone();
  };
  return (
    <FormDialog
      title={t`Mend the books of ${account.name}`}
      action="Mend the books"
      fields={fields}
      onSend={onSend}
      onClose={onClose}
    >
      <p>{sentence(account.disagrees)}</p>
      <p>
        A further booking brings each match to what its entries come to. The ledger keeps all facts.
        An invoice or payout that had refused its part is asked again.
      </p>
    </FormDialog>
  );
}
