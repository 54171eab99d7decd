// @ts-check
/** What a run says about itself: what happened, what was tried, what is safe next, what must not be repeated. */

import { el } from "./dom.js";
import { timeOfDay, withLocalTimes } from "./format.js";
import { NEXT_SAFE_ACTIONS } from "./labels.js";

/** @import { Run } from "./api.js" */

/**
 * @param {Run} run
 * @returns {boolean} whether the explanation is what matters about it now
 */
export function isTroubled(run) {
  return run.status === "failed" || run.nextSafeAction === "resend_notification" || flagsOf(run).length > 0;
}

/**
 * @param {Run} run
 * @returns {{ text: string, kind: "warn" | "bad" }[]} what sets it apart from one that simply goes on
 */
function flagsOf(run) {
  const isLive = run.status === "processing" || run.status === "needs_review";
  /** @type {{ text: string | null | false, kind: "warn" | "bad" }[]} */
  const flags = [
    { text: run.paused && "Paused", kind: "warn" },
    { text: run.nextSafeAction === "resume" && !run.paused && "Stands still", kind: "bad" },
    { text: isLive && run.cancelRequested && "Cancel requested", kind: "warn" },
    { text: isLive && run.nextRetryAt && `Next attempt at ${timeOfDay(run.nextRetryAt)}`, kind: "warn" },
    { text: run.status === "complete" && run.nextRetryAt && `Not delivered; next at ${timeOfDay(run.nextRetryAt)}`, kind: "warn" },
    { text: run.nextSafeAction === "investigate" && "Do not repeat", kind: "bad" },
    // A review asks for a person anyway; where it is late, its form says so.
    { text: run.requiresHumanReview && run.status !== "needs_review" && "Escalated", kind: "bad" },
  ];
  return flags.flatMap(({ text, kind }) => (text ? { text, kind } : []));
}

/** @param {Run} run */
export function badgesOf(run) {
  return flagsOf(run).map(({ text, kind }) => el("span", { class: "flag", "data-kind": kind }, text));
}

/** @param {Run} run */
export function explanationOf(run) {
  // Of one in trouble, the steps below say how often each was tried, and its error.
  const tried = isTroubled(run) ? [] : run.tried;
  return [
    el("p", { class: "what-happened" }, withLocalTimes(run.whatHappened)),
    run.mustNotRepeat.length > 0 && mustNotRepeat(run.mustNotRepeat),
    el(
      "dl",
      { class: "facts" },
      fact("Safe next", run.nextSafeAction !== "none" && NEXT_SAFE_ACTIONS[run.nextSafeAction]),
      fact("Tried", tried.length > 0 && lines(tried)),
      fact("External ids", Object.keys(run.externalIds).length > 0 && lines(idsOf(run.externalIds))),
      fact("Begun", run.generation > 1 && `${run.generation} times`),
      fact("Run", el("code", {}, run.id)),
    ),
  ].filter((node) => node !== false);
}

/**
 * @param {string} name
 * @param {Node | string | null | undefined | false} value
 */
function fact(name, value) {
  return value ? el("div", {}, el("dt", {}, name), el("dd", {}, value)) : null;
}

/** @param {string[]} texts */
function lines(texts) {
  return el("ul", { class: "fact-lines" }, ...texts.map((text) => el("li", {}, text)));
}

/** @param {Record<string, unknown>} ids */
function idsOf(ids) {
  return Object.entries(ids).map(([name, id]) => `${name}: ${typeof id === "string" ? id : JSON.stringify(id)}`);
}

/** @param {string[]} effects */
function mustNotRepeat(effects) {
  return el("div", { class: "must-not-repeat" }, el("h3", {}, "Must not be repeated"), lines(effects));
}
