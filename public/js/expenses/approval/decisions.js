// @ts-check
/** Decisions of the queue: each is sent at once, and its notice offers to take it back. */

import { post } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { report } from "../../state/report.js";
import { t } from "../../words.js";

/** How long a notice offers to take the decision back. */
const UNDO_MS = 6000;

/** @import { Queued } from "../../api/types.js" */

/** What was decided here, by `keyOf`: the queue leaves it out. @type {Set<string>} */
const decided = new Set();

/** Those whose answer is still to come, by `keyOf`. @type {Set<string>} */
const onTheirWay = new Set();

/** The decision that an expense waits for: it may come back for another step. @param {Queued} queued */
const keyOf = ({ expense, approval }) => `${expense.id} ${expense.version} ${approval.chain?.current ?? ""}`;

/** Whether it was decided here. @param {Queued} queued */
export const isDecided = (queued) => decided.has(keyOf(queued));

/** How many decisions the server may not know of yet. */
export const countOnTheirWay = () => onTheirWay.size;

/**
 * Send a decision now. A notice offers to take it back once the server has it.
 *
 * @param {Queued} queued as it is shown
 * @param {"approve" | "reject"} decision
 * @param {string} reason why it is sent back
 * @param {() => void} onChange the decision was sent, refused or taken back
 * @param {() => void} onStale the queue is to be read again: the expense waits still
 */
export async function decide(queued, decision, reason, onChange, onStale) {
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
    const refusal = await send(expense, decision, reason);
    if (refusal) {
      notify(t`${merchant} was not decided: ${refusal}`, { kind: "problem" });
      waits();
    } else {
      const text = decision === "approve" ? t`${merchant} is approved.` : t`${merchant} is sent back.`;
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

/**
 * @param {{ id: string, version: number }} expense
 * @param {"approve" | "reject"} decision
 * @param {string} reason
 */
async function send({ id, version }, decision, reason) {
  const answer =
    decision === "approve"
      ? await post("/api/expenses/approve", { ids: [id], versions: [version] })
      : await post("/api/expenses/reject", { ids: [id], reason });
  return refusalOf(answer);
}

/**
 * @param {{ id: string, merchant: string }} expense
 * @param {() => void} onChange
 * @param {() => void} onStale
 */
async function takeBack({ id, merchant }, onChange, onStale) {
  try {
    const refusal = refusalOf(await post("/api/approvals/take-back", { ids: [id] }));
    if (refusal) notify(t`The decision on ${merchant} stays: ${refusal}`, { kind: "problem" });
    else onStale();
  } catch (error) {
    report(error);
  }
  onChange();
}

/**
 * @param {{ items: { outcome: string, reason?: string | null }[] }} answer
 * @returns {string | null} why the first of them was not done
 */
function refusalOf({ items }) {
  const [outcome] = items;
  if (outcome?.outcome !== "refused" && outcome?.outcome !== "not_found") return null;
  return outcome.reason ?? outcome.outcome;
}
