// @ts-check
/** The undo of a split and of a joining, on the pages of all receipts that they are about. */

import { useState } from "preact/hooks";

import { onceOnly, post } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { Dialog } from "../../parts/dialog.js";
import { go } from "../../shell/address.js";
import { may } from "../../state/session.js";
import { sentenceOf } from "../../state/request.js";
import { sync } from "../../state/runs.js";
import { html, t } from "../../words.js";

/** @import { Run } from "../../api.js" */

/** @param {{ run: Run }} props */
export default function UndoPieces({ run }) {
  const [isAsked, ask] = useState(false);
  const made = madeBy(run);
  if (!made || !(may("review") && may("submit") && may("edit"))) return null;
  const label = made.act === "split" ? t`Undo the split…` : t`Undo the joining…`;
  return html`
    <button type="button" class="button small undo-pieces" onClick=${() => ask(true)}>${label}</button>
    ${isAsked && html`<${Asking} ...${made} onClose=${() => ask(false)} />`}
  `;
}

/** @param {{ receiptId: string, act: "split" | "join", onClose: () => void }} props */
function Asking({ receiptId, act, onClose }) {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const isSplit = act === "split";
  async function undo() {
    setBusy(true);
    setProblem("");
    try {
      const done = await post("/api/receipts/{receipt_id}/undo", { act }, { path: { receipt_id: receiptId }, headers: onceOnly() });
      sync.poke();
      onClose();
      notify(isSplit ? t`The split is undone. The document is read again.` : t`The joining is undone. The photos are read again.`, { kind: "success" });
      const [first] = done.receipts;
      if (first) go(`/runs/${first.runId}`);
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }
  return html`
    <${Dialog} title=${isSplit ? t`Undo the split` : t`Undo the joining`} action=${isSplit ? t`Undo the split` : t`Undo the joining`} onAction=${undo} ...${{ isBusy, onClose, problem }}>
      ${isSplit
        ? html`<p>The document is read again, and waits for you as before it was split. Its parts are rejected. Those that are expenses by now are voided.</p>`
        : html`<p>Each photo is read again by itself. The receipt that they were joined into is rejected. Where it is an expense by now, that is voided.</p>`}
      <p class="quiet">Nothing is deleted. What is approved, exported, claimed or paid cannot be undone.</p>
    <//>
  `;
}

/** @param {Run} run @returns {{ receiptId: string, act: "split" | "join" } | null} the document that was split, or made by joining */
function madeBy({ receipt, links }) {
  if (!receipt || !links) return null;
  if (links.parts.length > 0) return { receiptId: receipt.id, act: "split" };
  if (links.splitOf) return { receiptId: links.splitOf.receiptId, act: "split" };
  if (links.photos.length > 0) return { receiptId: receipt.id, act: "join" };
  if (links.joinedInto) return { receiptId: links.joinedInto.receiptId, act: "join" };
  return null;
}
