// @ts-check
/** Approving several expenses at once, from the list of expenses. */

import { post } from "../../api/client.js";
import { counted } from "../../format.js";
import { notify } from "../../notices.js";
import { addBulkAct } from "../../state/bulk-acts.js";
import { report } from "../../state/report.js";
import { isOwner } from "../../state/session.js";

/** @import { OutcomeShape } from "../../api/types.js" */

// As many as one request takes.
const AT_ONCE = 100;

/** Owners approve, and take an approval back. */
export function offerApproval() {
  if (!isOwner.value) return;
  addBulkAct({
    label: "Approve",
    begin: (ids, onDone) => decide((some) => post("/api/expenses/approve", { ids: some }), ids, "approved", onDone),
  });
  addBulkAct({
    label: "Take the approval back",
    begin: (ids, onDone) => decide((some) => post("/api/expenses/unapprove", { ids: some }), ids, "not approved any more", onDone),
  });
}

/**
 * @param {(ids: string[]) => Promise<{ items: OutcomeShape[] }>} ask
 * @param {string[]} ids
 * @param {string} done what they are then
 * @param {() => void} onDone
 */
async function decide(ask, ids, done, onDone) {
  /** @type {OutcomeShape[]} */
  const outcomes = [];
  try {
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      outcomes.push(...(await ask(ids.slice(start, start + AT_ONCE))).items);
    }
  } catch (error) {
    report(error);
  }
  if (outcomes.length > 0) tell(outcomes, done);
  onDone();
}

/**
 * @param {OutcomeShape[]} outcomes
 * @param {string} done
 */
function tell(outcomes, done) {
  const left = outcomes.filter(({ outcome }) => outcome !== "done" && outcome !== "already");
  const count = outcomes.length - left.length;
  const words = `${counted(count, "expense")} ${count === 1 ? "is" : "are"} ${done}.`;
  const why = left[0]?.reason;
  const text = left.length > 0 ? `${words} ${counted(left.length, "expense")} left as before${why ? `: ${why}` : "."}` : words;
  notify(text, { kind: left.length > 0 ? "info" : "success" });
}
