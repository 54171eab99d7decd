/** Whether a run asks the person who looks at it, and what stands there for everybody else. */

import { may } from "../../../state/session.ts";
import type { Review, Run } from "../../../api.ts";

/** @returns whether the person who is signed in may decide it now */
export function hasOpenReview(run: Run): run is Run & { review: Review } {
  const isAsked = run.status === "needs_review" && run.review !== null && !run.review.decision;
  return isAsked && may("review");
}

/** Nothing where it does not wait, or waits for this person. */
export function WaitsForOthers({ run }: { run: Run }) {
  if (run.status !== "needs_review" || may("review")) return null;
  return (
    <p class="quiet">It waits for somebody who may decide: an owner, an approver or a submitter.</p>
  );
}
