/** Approving all that is shown of the queue, but for what needs a look of its own. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../shell/views/expenses.ts";

import { post } from "../../api/client.ts";
import { counted } from "../../format.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { closedAround } from "../../state/closed.ts";
import { report } from "../../state/report.ts";
import { settled, versionNow } from "../in-turn.ts";
import { sumsOf } from "./queue-head.tsx";
import { Uncategorised } from "./uncategorised.tsx";
import { t } from "../../words.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ApprovalOutcome, Queued } from "../../api/types.d.ts";

/** How long a notice offers to take the approvals back. */
const UNDO_MS = 10_000;

/** What needs a look of its own: it may be a duplicate, a policy warns, or its day is closed. */
const needsLook = ({ expense, approval, twins }: Queued) =>
  twins.length > 0 || approval.violations.length > 0 || closedAround(expense.date) !== null;

export default function ApproveAll({
  queued,
  onClose,
  onDone,
}: {
  queued: Queued[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [isBusy, whileBusy] = useBusy();
  const plain = queued.filter((each) => !needsLook(each));
  const others = queued.length - plain.length;
  const uncategorised = plain.filter(
    ({ expense }) => !expense.category && expense.parts.length === 0,
  ).length;
  async function approve() {
    return whileBusy(async () => {
      const ids = plain.map(({ expense }) => expense.id);
      const steps = plain.map(({ approval }) => approval.chain?.current ?? null);
      try {
        await settled(ids);
        const versions = plain.map(({ expense }) => versionNow(expense));
        const { items } = await post("/api/expenses/approve", { ids, versions, steps });
        tell(items, onDone);
      } catch (error) {
        report(error);
      }
      onDone();
    });
  }
  return (
    <Dialog
      title={t`Approve all`}
      action={t`Approve ${counted(plain.length, "expense")}`}
      isBusy={isBusy}
      isReady={plain.length > 0}
      onClose={onClose}
      onAction={approve}
    >
      <p>
        <strong>{counted(plain.length, "expense")}</strong>, {sumsOf(plain)}
      </p>
      <Uncategorised count={uncategorised} />
      {others > 0 && (
        <p class="quiet">
          {counted(
            others,
            "expense stays: it may be a duplicate, a policy warns, or its day is closed.",
            "expenses stay: they may be duplicates, a policy warns, or their days are closed.",
          )}
        </p>
      )}
    </Dialog>
  );
}

function tell(items: ApprovalOutcome[], onUndone: () => void) {
  const done = items.filter(({ outcome }) => outcome === "done").map(({ id }) => id);
  const refused = items.find(({ outcome }) => outcome === "refused");
  const text = t`${counted(done.length, "expense")} approved.`;
  const onAction = () => void takeBack(done, onUndone);
  notify(
    refused
      ? `${text} ${t`${counted(items.length - done.length, "expense")} not approved: ${refused.reason ?? ""}`}`
      : text,
    {
      kind: refused ? "info" : "success",
      action: done.length > 0 ? { label: t`Undo`, onAction } : null,
      patience: UNDO_MS,
    },
  );
}

async function takeBack(ids: string[], onUndone: () => void) {
  try {
    await post("/api/approvals/take-back", { ids });
  } catch (error) {
    report(error);
  }
  onUndone();
}
