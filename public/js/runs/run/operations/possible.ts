/** What can be done with a run, by whoever is signed in. */

import { may } from "../../../state/session.ts";
import type { Operation, Run } from "../../../api.ts";

/** @returns the most helpful first; none for whoever may not */
export function possibleOperations(run: Run): Operation[] {
  if (!may("operate")) return [];
  if (run.nextSafeAction === "resend_notification" && (run.status !== "failed" || run.undone))
    return ["resend"];
  // What it did was undone, so there is nothing to go on with, nor to give up.
  if (run.status === "failed" && run.undone) return [];
  if (run.status === "failed")
    return ["none", "resend_notification"].includes(run.nextSafeAction)
      ? ["abandon"]
      : ["retry", "abandon"];
  // A rollback of it failed: it can be tried again.
  if (run.status === "cancelled" && run.nextSafeAction === "investigate") return ["retry"];
  if (run.status === "complete" && run.nextRetryAt) return ["deliver"];
  if (run.status !== "processing" && run.status !== "needs_review") return [];
  const waitsForResuming = run.nextSafeAction === "resume";
  // One that stands still on the way to its end can be given up as it stands.
  if (run.cancelRequested)
    return !waitsForResuming ? [] : run.paused ? ["resume"] : ["resume", "abandon"];
  return [waitsForResuming ? "resume" : "pause", "cancel"];
}
