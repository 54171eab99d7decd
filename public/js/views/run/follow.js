// @ts-check
/** Loads a run and follows it while something happens to it, by long polling. */

import { ConnectionError, getRun } from "../../api.js";

/** @import { Run } from "../../api.js" */

/** Where a server or something between answers at once instead of waiting. */
const SHORTEST_GAP_MS = 700;
const LOST_GAP_MS = 3000;

/**
 * @param {string} id
 * @param {AbortSignal} signal ends it
 * @param {(run: Run) => void} onRun every version of it
 * @throws {import("../../api.js").ApiError} such as 404
 */
export async function followRun(id, signal, onRun) {
  /** @type {string | null} */
  let tag = null;
  /** @type {Run | null} */
  let run = null;
  while (!signal.aborted && (run === null || isUnderWay(run))) {
    const began = Date.now();
    try {
      const answer = await getRun(id, { signal, unlessTag: tag });
      if (signal.aborted) return;
      tag = answer.tag;
      if (answer.run) {
        run = answer.run;
        onRun(run);
      }
      await sleep(SHORTEST_GAP_MS - (Date.now() - began), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ConnectionError)) throw error;
      await sleep(LOST_GAP_MS, signal);
    }
  }
}

/**
 * @param {Run} run
 * @returns {boolean} whether it changes by itself
 */
function isUnderWay(run) {
  const isToGoOn = run.cancelRequested || (run.review !== null && run.review.decision !== null);
  return run.status === "processing" || (run.status === "needs_review" && isToGoOn);
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal ends it early
 * @returns {Promise<void>}
 */
function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
