/** Decisions of the queue: each is sent at once, and its notice offers to take it back. */

import { patch, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { report } from "../../state/report.ts";
import { t } from "../../words.ts";

/** How long a notice offers to take the decision back. */
const UNDO_MS = 6000;

import type { ExpenseEdit, Queued } from "../../api/types.d.ts";

/** Set the category or the client of an expense as it is shown; refused where it has changed. */
export const code = ({ id, version }: Queued["expense"], change: ExpenseEdit) =>
  patch("/api/expenses/{expense_id}", change, {
    path: { expense_id: id },
    headers: { "If-Match": `"${version}"` },
  });

/** What was decided here, by `keyOf`: the queue leaves it out. */
const decided: Set<string> = new Set();

/** Those whose answer is still to come, by `keyOf`. */
const onTheirWay: Set<string> = new Set();

/** The decision that an expense waits for: it may come back for another step. */
const keyOf = ({ expense, approval }: Queued) =>
  `${expense.id} ${expense.version} ${approval.chain?.current ?? ""}`;

/** Whether it was decided here. */
export const isDecided = (queued: Queued) => decided.has(keyOf(queued));

/** How many decisions the server may not know of yet. */
export const countOnTheirWay = () => onTheirWay.size;

/**
 * Send a decision now. A notice offers to take it back once the server has it.
 *
 * @param queued as it is shown
 * @param reason why it is sent back
 * @param onChange the decision was sent, refused or taken back
 * @param onStale the queue is to be read again: the expense waits still
 */
export async function decide(
  queued: Queued,
  decision: "approve" | "reject",
  reason: string,
  onChange: () => void,
  onStale: () => void,
) {
  const { expense } = queued;
  const { merchant } = expense;
  const key = keyOf(queued);
  const waits = () => {
    decided.delete(key);
    onStale();
  };
  decided.add(key);
  onTheirWay.add(key);
  try {
    const refusal = await send(queued, decision, reason);
    if (refusal) {
      notify(t`${merchant} was not decided: ${refusal}`, { kind: "problem" });
      waits();
    } else {
      const text =
        decision === "approve" ? t`${merchant} is approved.` : t`${merchant} is sent back.`;
      const onAction = () => void takeBack(expense, onChange, waits);
      notify(text, { kind: "success", action: { label: t`Undo`, onAction }, patience: UNDO_MS });
    }
  } catch (error) {
    report(error);
    waits();
  } finally {
    onTheirWay.delete(key);
    onChange();
  }
}

async function send(
  { expense: { id, version }, approval: { chain } }: Queued,
  decision: "approve" | "reject",
  reason: string,
) {
  // Of what is shown: what somebody else decided meanwhile is not decided once more.
  const seen = { ids: [id], versions: [version], steps: [chain?.current ?? null] };
  const answer =
    decision === "approve"
      ? await post("/api/expenses/approve", seen)
      : await post("/api/expenses/reject", { ...seen, reason });
  return refusalOf(answer);
}

async function takeBack(
  { id, merchant }: { id: string; merchant: string },
  onChange: () => void,
  onStale: () => void,
) {
  try {
    const refusal = refusalOf(await post("/api/approvals/take-back", { ids: [id] }));
    if (refusal) notify(t`The decision on ${merchant} stays: ${refusal}`, { kind: "problem" });
    else onStale();
  } catch (error) {
    report(error);
  }
  onChange();
}

/** @returns why the first of them was not done */
function refusalOf({
  items,
}: {
  items: { outcome: string; reason?: string | null }[];
}): string | null {
  const [outcome] = items;
  if (outcome?.outcome !== "refused" && outcome?.outcome !== "not_found") return null;
  return outcome.reason ?? outcome.outcome;
}
