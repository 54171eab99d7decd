/** What was added together last, and who paid it: said before it is sent, or after. */

import { signal } from "@preact/signals";

import { changeReceipt } from "../../api.ts";
import { Icon } from "../../parts/icon.tsx";
import { report } from "../../state/report.ts";
import { store, uploads } from "../../state/runs.ts";
import { ask } from "../../state/kept.ts";
import { sayPayer, WhoPaid } from "../payer.tsx";
import { t } from "../../words.ts";
import type { Upload } from "../uploads.ts";
import type { Payer } from "../../api/payer.ts";

/** The newest batch of which nobody asks any more. */
const dismissed = signal(0);

export default function JustAdded() {
  uploads.version.value;
  store.version.value;
  const batch = Math.max(0, ...uploads.items.map((upload) => upload.batch));
  const added = uploads.items.filter((upload) => upload.batch === batch && isAsked(upload));
  if (batch <= dismissed.value || added.length === 0) return null;
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
  const dismiss = () => {
    dismissed.value = batch;
  };
  return (
    <div class="just-added" id="just-added">
      <WhoPaid
        question={question}
        value={said.size === 1 ? ([...said][0] ?? "") : ""}
        onChange={onChange}
      />
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function isAsked({ state, runId }: Upload) {
  if (state === "refused" || state === "known") return false;
  const run = runId ? store.get(runId) : undefined;
  return run?.expense?.status !== "approved";
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
