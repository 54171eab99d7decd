/** The undo of a split and of a joining, on the pages of all receipts that they are about. */

import { useState } from "preact/hooks";

import { post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { pageOfReceipt } from "../address.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { go } from "../../shell/address.ts";
import { may } from "../../state/session.ts";
import { sentenceOf } from "../../state/request.ts";
import { sync } from "../../state/runs.ts";
import { t } from "../../words.ts";
import { undoing } from "./undoing.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { Run } from "../../api.ts";

export default function UndoPieces({ run }: { run: Run }) {
  const made = madeBy(run);
  if (!made || !(may("review") && may("submit") && may("edit"))) return null;
  const name = `${made.act} ${made.receiptId}`;
  const label = made.act === "split" ? t`Undo the split…` : t`Undo the joining…`;
  return (
    <>
      <button type="button" class="button small undo-pieces" onClick={() => (undoing.value = name)}>
        {label}
      </button>
      {undoing.value === name && <Asking {...made} onClose={() => (undoing.value = "")} />}
    </>
  );
}

function Asking({
  receiptId,
  act,
  onClose,
}: {
  receiptId: string;
  act: "split" | "join";
  onClose: () => void;
}) {
  const [problem, setProblem] = useState("");
  const [isBusy, whileBusy] = useBusy();
  const isSplit = act === "split";
  async function undo() {
    return whileBusy(async () => {
      setProblem("");
      try {
        const done = await post(
          "/api/receipts/{receipt_id}/undo",
          { act },
          { path: { receipt_id: receiptId } },
        );
        sync.poke();
        onClose();
        notify(
          isSplit
            ? t`The split is undone. The document is read again.`
            : t`The joining is undone. The photos are read again.`,
          { kind: "success" },
        );
        const [first] = done.receipts;
        if (first) go(pageOfReceipt(first.runId));
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    });
  }
  return (
    <Dialog
      title={isSplit ? t`Undo the split` : t`Undo the joining`}
      action={isSplit ? t`Undo the split` : t`Undo the joining`}
      onAction={undo}
      isBusy={isBusy}
      onClose={onClose}
      problem={problem}
    >
      {isSplit ? (
        <p>
          The document is read again, and waits for you as before it was split. Its parts are
          rejected. Those that are expenses by now are voided.
        </p>
      ) : (
        <p>
          Each photo is read again by itself. The receipt that they were joined into is rejected.
          Where it is an expense by now, that is voided.
        </p>
      )}
      <p class="quiet">
        Nothing is deleted. What is approved, exported, billed or paid cannot be undone.
      </p>
    </Dialog>
  );
}

/** @returns the document that was split, or made by joining */
function madeBy({ receipt, links }: Run): { receiptId: string; act: "split" | "join" } | null {
  if (!receipt || !links) return null;
  if (links.parts.length > 0) return { receiptId: receipt.id, act: "split" };
  if (links.splitOf) return { receiptId: links.splitOf.receiptId, act: "split" };
  if (links.photos.length > 0) return { receiptId: receipt.id, act: "join" };
  if (links.joinedInto) return { receiptId: links.joinedInto.receiptId, act: "join" };
  return null;
}
