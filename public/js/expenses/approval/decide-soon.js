// @ts-check
/** Decisions that are sent a few seconds later, so that they can be undone until then. */

import { post } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { report } from "../../state/report.js";
import { t } from "../../words.js";

const UNDO_MS = 6000;

/** Those that wait to be sent, and what was sent, by the expense. @type {Map<string, () => void>} */
const waiting = new Map();
/** @type {Set<string>} */
const sent = new Set();

/** Whether it was decided here. @param {string} id of an expense */
export const isDecided = (id) => waiting.has(id) || sent.has(id);

/** Send all that wait, now. */
export function sendDecided() {
  for (const send of [...waiting.values()]) send();
}

/** How many were decided, which the server does not know of yet. */
export const decidedSoon = () => waiting.size;

/**
 * @param {{ id: string, version: number, merchant: string }} expense as it is shown
 * @param {"approve" | "reject"} decision
 * @param {string} reason why it is sent back
 * @param {() => void} onChange it was undone, or sent
 * @param {() => void} onRefused it waits still: it is as the server says
 */
export function decideSoon(expense, decision, reason, onChange, onRefused) {
  const { id, merchant } = expense;
  sent.delete(id);
  const timer = setTimeout(() => waiting.get(id)?.(), UNDO_MS);
  waiting.set(id, () => {
    clearTimeout(timer);
    waiting.delete(id);
    sent.add(id);
    void send(expense, decision, reason).then(
      (refusal) => {
        if (refusal) {
          sent.delete(id);
          notify(t`${merchant} was not decided: ${refusal}`, { kind: "problem" });
          onRefused();
        }
        onChange();
      },
      (error) => {
        sent.delete(id);
        report(error);
        onRefused();
        onChange();
      },
    );
  });
  const undo = () => {
    if (!waiting.has(id)) return;
    clearTimeout(timer);
    waiting.delete(id);
    onChange();
  };
  const text = decision === "approve" ? t`${merchant} is approved.` : t`${merchant} is sent back.`;
  notify(text, { kind: "success", action: { label: t`Undo`, onAction: undo }, patience: UNDO_MS });
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
  const [outcome] = answer.items;
  // Once nothing of it is shown any more, it may come back for another step.
  setTimeout(() => sent.delete(id), UNDO_MS);
  return outcome?.outcome === "refused" || outcome?.outcome === "not_found" ? (outcome.reason ?? outcome.outcome) : null;
}
