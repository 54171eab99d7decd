/** Whether a run is in trouble, and the flags that say of which kind. */

import { timeOfDay } from "../../../format.ts";
import { t } from "../../../words.ts";
import type { Run } from "../../../api.ts";

/** @returns whether the explanation is what matters about it now */
export function isTroubled(run: Run): boolean {
  return (
    run.status === "failed" ||
    run.nextSafeAction === "resend_notification" ||
    flagsOf(run).length > 0
  );
}

/** @param run whether it was stopped, and something that it began stands all the same */
export function leavesStanding({ status, childRuns }: Pick<Run, "status" | "childRuns">) {
  return status === "cancelled" && (childRuns ?? []).some((child) => child.status === "complete");
}

/** @returns what sets it apart from one that simply goes on */
export function flagsOf(run: Run): { text: string; kind: "warn" | "bad" }[] {
  const isLive = run.status === "processing" || run.status === "needs_review";
  const flags: { text: string | null | false; kind: "warn" | "bad" }[] = [
    { text: run.paused && t`Paused`, kind: "warn" },
    { text: run.inLine ? t`In line: number ${run.inLine.place}` : null, kind: "warn" },
    { text: run.creationRefusedAt ? t`Waits for the engine` : null, kind: "warn" },
    { text: run.nextSafeAction === "resume" && !run.paused && t`Stands still`, kind: "bad" },
    { text: isLive && run.cancelRequested && t`Cancel requested`, kind: "warn" },
    {
      text: isLive && run.nextRetryAt && t`Next attempt at ${timeOfDay(run.nextRetryAt)}`,
      kind: "warn",
    },
    {
      text:
        run.status === "complete" &&
        run.nextRetryAt &&
        t`Not delivered; next at ${timeOfDay(run.nextRetryAt)}`,
      kind: "warn",
    },
    {
      text:
        run.nextSafeAction === "investigate" &&
        (run.mustNotRepeat.length ? t`Do not repeat` : t`Find out first`),
      kind: "bad",
    },
    // A review asks for a person anyway; where it is late, its form says so.
    { text: run.requiresHumanReview && run.status !== "needs_review" && t`Escalated`, kind: "bad" },
  ];
  return flags.flatMap(({ text, kind }) => (text ? { text, kind } : []));
}
