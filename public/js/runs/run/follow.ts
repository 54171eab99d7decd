/** Loads a run and follows it while something happens to it, by long polling. */

import { ConnectionError, getRun } from "../../api.ts";
import { closeGap, tellOfGap } from "../../state/gaps.ts";
import type { Run } from "../../api.ts";

/** Where a server or something between answers at once instead of waiting. */
const SHORTEST_GAP_MS = 700;
const LOST_GAP_MS = 3000;
const REVIEW_GAP_MS = 5000;

/**
 * @param signal ends it
 * @param onRun every version of it
 * @throws {ApiError} such as 404
 */
export async function followRun(id: string, signal: AbortSignal, onRun: (run: Run) => void) {
  let tag: string | null = null;
  let run: Run | null = null;
  signal.addEventListener("abort", () => closeGap(signal));
  while (!signal.aborted && (run === null || isUnderWay(run) || run.status === "needs_review")) {
    const began = Date.now();
    const isWaiting = run !== null && !isUnderWay(run);
    try {
      // Somebody else may decide: looked for now and then, where what is under way is waited for.
      if (isWaiting) await untilLookedAt(signal);
      if (signal.aborted) return;
      const answer = await getRun(id, { signal, unlessTag: tag, isPatient: !isWaiting });
      if (signal.aborted) return;
      closeGap(signal);
      tag = answer.tag;
      if (answer.run) {
        run = answer.run;
        onRun(run);
      }
      await sleep(SHORTEST_GAP_MS - (Date.now() - began), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ConnectionError)) throw error;
      await untilAskedFor(signal);
    }
  }
}

/** @returns whether it changes by itself */
function isUnderWay(run: Run): boolean {
  const isToGoOn = run.cancelRequested || (run.review !== null && run.review.decision !== null);
  return run.status === "processing" || (run.status === "needs_review" && isToGoOn);
}

/**
 * Wait a while, and until the page is looked at.
 *
 * @param signal ends it early
 */
async function untilLookedAt(signal: AbortSignal) {
  do await sleep(REVIEW_GAP_MS, signal);
  while (document.hidden && !signal.aborted);
}

/** Wait a while, or until somebody asks for it again. */
async function untilAskedFor(signal: AbortSignal) {
  const asked = new Promise<void>((resolve) => tellOfGap(signal, resolve));
  await Promise.race([sleep(LOST_GAP_MS, signal), asked]);
}

/** @param signal ends it early */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
