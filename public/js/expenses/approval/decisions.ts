/** Decisions of the queue: each is sent at once, and its notice offers to take it back. */

import { patch, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { report } from "../../state/report.ts";
import { t } from "../../words.ts";
import { inTurn, inTurnOfNewest, versionNow } from "../in-turn.ts";
import { reject } from "./rejecting.ts";
import type { ExpenseEdit, Queued } from "../../api/types.d.ts";
import type { Refusal } from "./rejecting.ts";

/** How long a notice offers to take the decision back. */
const UNDO_MS = 10_000;

export type Decision = "approve" | Refusal;

/** Set the category or the client of an expense as it is shown; refused where others changed it. */
export const code = (shown: Queued["expense"], change: ExpenseEdit) =>
  inTurnOfNewest(shown, (version) =>
    patch("/api/expenses/{expense_id}", change, {
      path: { expense_id: shown.id },
      headers: { "If-Match": `"${version}"` },
    }),
  );

/** What was decided here, by `keyOf`: the queue leaves it out. */
const decided: Set<string> = new Set();

/** Those whose answer is still to come, by `keyOf`. */
const onTheirWay: Set<string> = new Set();

/** The decision that an expense waits for: it may come back for another step. */
const keyOf = ({ expense, approval }: Queued) =>
  `${expense.id} ${versionNow(expense)} ${approval.chain?.current ?? ""}`;

/** Whether it was decided here. */
export const isDecided = (queued: Queued) => decided.has(keyOf(queued));

/** How many decisions the server may not know of yet. */
export const countOnTheirWay = () => onTheirWay.size;

/**
 * Send a decision now. A notice offers to take it back once the server has it.
 *
 * @param queued as it is shown
 * @param reason why it is sent back or rejected
 * @param onChange the decision was sent, refused or taken back
 * @param onStale the queue is to be read again: the expense waits still
 */
export async function decide(
  queued: Queued,
  decision: Decision,
  reason: string,
  onChange: () => void,
  onStale: () => void,
) {
  const { expense } = queued;
  const { merchant } = expense;
  const key = keyOf(queued);
  const waits = () => {
    decided.delete(key);
    decided.delete(keyOf(queued));
    onStale();
  };
  decided.add(key);
  onTheirWay.add(key);
  try {
    const refusal = await inTurn(expense.id, () => {
      // An own change before it has made another version, which the queue leaves out as well.
      decided.add(keyOf(queued));
      return send(queued, decision, reason);
    });
    if (refusal) {
      notify(t`${merchant} was not decided: ${refusal}`, { kind: "problem", about: expense.id });
      waits();
    } else {
      const text = textOf(decision, merchant);
      const onAction = () =>
        void (decision === "reject" ? restore(expense, waits) : takeBack(expense, onChange, waits));
      notify(text, { kind: "success", action: { label: t`Undo`, onAction }, patience: UNDO_MS });
    }
  } catch (error) {
    report(error, expense.id);
    waits();
  } finally {
    onTheirWay.delete(key);
    onChange();
  }
}

function textOf(decision: Decision, merchant: string) {
  if (decision === "approve") return t`${merchant} is approved.`;
  return decision === "reject" ? t`${merchant} is rejected.` : t`${merchant} is sent back.`;
}

/** Take back that it was rejected. */
async function restore({ id }: { id: string }, onStale: () => void) {
  try {
    await post("/api/expenses/{expense_id}/restore", {}, { path: { expense_id: id } });
  } catch (error) {
    report(error, id);
  }
  onStale();
}

async function send({ expense, approval: { chain } }: Queued, decision: Decision, reason: string) {
  const { id } = expense;
  const version = versionNow(expense);
  // Of what is shown: what somebody else decided meanwhile is not decided once more.
  if (decision === "reject") {
    await reject({ id, version }, reason);
    return null;
  }
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
    const text = t`The decision on ${merchant} stays: ${refusal}`;
    if (refusal) notify(text, { kind: "problem", about: id });
    else onStale();
  } catch (error) {
    report(error, id);
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
