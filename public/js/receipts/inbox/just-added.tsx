/** What was added together last, and who paid it: said before it is sent, or after. */

import { changeReceipt } from "../../api.ts";
import { Icon } from "../../parts/icon.tsx";
import { report } from "../../state/report.ts";
import { store, uploads } from "../../state/runs.ts";
import { ask } from "../../state/kept.ts";
import { sayPayer, WhoPaid } from "../payer.tsx";
import { dismissAdded, justAdded } from "./added.ts";
import { t } from "../../words.ts";
import type { Upload } from "../uploads.ts";
import type { Payer } from "../../api/payer.ts";

export default function JustAdded() {
  const added = justAdded();
  if (added.length === 0) return null;
  const said = new Set(added.map(({ paidBy }) => paidBy ?? "company"));
  const onChange = (paidBy: Payer) => {
    sayPayer(paidBy);
    uploads.setPayer(added, paidBy);
    tell(added, paidBy)
      .then(() => showIn(added, paidBy))
      .catch(report);
  };
  const question =
    added.length === 1 ? t`Who paid this receipt?` : t`Who paid these ${added.length} receipts?`;
  return (
    <div class="just-added" id="just-added">
      <WhoPaid
        question={question}
        value={said.size === 1 ? ([...said][0] ?? "") : ""}
        onChange={onChange}
      />
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={dismissAdded}>
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Before a file is sent, the answer lies with it; after, it is the receipt's. */
async function tell(added: Upload[], paidBy: Payer) {
  for (const { state, receiptId, kept } of added) {
    const key = await kept;
    const record = key === null ? null : await ask("readonly", (files) => files.get(key));
    if (state === "accepted" && receiptId) await changeReceipt(receiptId, { paidBy });
    else if (record && key !== null)
      await ask("readwrite", (files) => files.put({ ...record, paidBy }, key));
  }
}

/** Rows show it before the server is asked again. */
function showIn(added: Upload[], paidBy: Payer) {
  for (const { runId } of added) {
    const run = runId ? store.get(runId) : undefined;
    if (!run?.receipt) continue;
    const expense = run.expense ? { ...run.expense, paidBy } : null;
    store.put({ ...run, receipt: { ...run.receipt, paidBy }, expense });
  }
}
