// @ts-check
/** The words for what a run's timeline names by codes. */

import { stepLabel, wordsOfKind } from "./plain-words.js";

/** @import { TimelineItem } from "../../../api.js" */

/** @type {Record<string, string>} */
const WAITS = {
  backoff: "Wait for the next attempt",
  review: "Wait for a person",
  pause: "Paused",
  operator: "Wait for an operator",
  timer: "Sleep",
  signal: "Wait for a signal",
  child: "Wait for another run",
  undo: "Wait until another run is undone",
};

/** @type {Record<string, string>} */
const ACTS = {
  "run.created": "Begun",
  "run.admitted": "Its turn came",
  "run.retried": "Retried",
  "run.resumed": "Taken up again",
  "run.abandoning": "Given up",
  "run.abandoned": "Ended as given up",
  "run.cancel_requested": "Asked to stop",
  "run.cancelled": "Stopped",
  "run.undoing": "To be undone, with the run that began it",
  "run.undone": "Ended as undone",
  "run.continued": "Goes on as another run",
  "run.handed_on": "Goes on in a new instance",
  "run.woken": "Woken",
  "signal.received": "Received a signal",
  "child.begun": "Began another run",
  "run.paused": "Paused",
  "run.unpaused": "Resumed",
  "run.escalated": "Escalated",
  "run.compensated": "Ended, after undoing what it could",
  "run.restored": "Brought back from the archive",
  "effect.intended": "About to call another system",
  "review.reminded": "Reminder",
  "review.escalated": "Overdue",
  "step.failed": "Failed for good",
  "rollback.failed": "Could not be undone",
  "delivery.resent": "Sent again",
  "delivery.hastened": "Delivered now, on request",
  "endpoint.disabled": "An endpoint gets no events any more",
  "instance.created": "Started by the reconciler",
};

/** @type {Record<string, string>} */
const OUTCOMES = {
  running: "under way",
  completed: "done",
  failed: "failed",
  handed_over: "asked a person",
  cut_off: "cut off",
  waiting: "still waiting",
  timed_out: "time ran out",
  held: "not sent yet",
  pending: "being sent",
  delivered: "delivered",
  given_up: "given up",
  no_receiver: "nobody to tell",
};

/** Of a call to a model. @type {Record<string, string>} */
const CALLS = {
  offered: "not made: the budget was spent",
  started: "under way",
  completed: "answered",
  failed: "no answer",
  rolled_back: "answered, for nothing in the end",
};

/** An attempt that has no end of its own. */
const CUT_OFF = "It was about to call another system; then its process died, or its time ran out.";
const CALLED_AGAIN = "The call was made again, under the same key.";
const ASKED = "The call was not made again: the other system was asked what became of it.";
const NOT_KNOWN = "What became of it is not known.";

/** @param {TimelineItem} item @param {string} kindOfRun */
export function nameOf({ kind, name, step, reason, detail }, kindOfRun) {
  const stepName = step ? stepLabel(kindOfRun, step) : "";
  switch (kind) {
    case "wait":
      return name === "signal" && reason ? `Wait for “${reason}”` : (WAITS[name] ?? name);
    case "ai_call":
      return `AI ${name.split("/").at(-1)}`;
    case "compensation":
      return `Undo: ${stepName}`;
    case "delivery":
      return "Delivery";
    case "decision":
      return name === "approve" ? "Approved" : "Rejected";
    case "act":
      if (name === "signal.received" && detail["signal"]) return `Received “${detail["signal"]}”`;
      return [wordsOfKind(kindOfRun).acts?.[name] ?? ACTS[name] ?? name, stepName].filter(Boolean).join(": ");
    default:
      return stepName || name;
  }
}

/**
 * @param {TimelineItem} item
 * @returns {string} what became of it; empty where its name says that
 */
export function outcomeOf({ kind, outcome }) {
  if (kind === "act" || kind === "decision" || outcome === "over") return "";
  return (kind === "ai_call" ? CALLS[outcome] : OUTCOMES[outcome]) ?? outcome;
}

/**
 * @param {TimelineItem} item
 * @returns {string} who did it; empty where it went by itself
 */
export function actorOf({ kind, actor }) {
  if (!actor || kind === "wait" || actor.startsWith("workflow:")) return "";
  return actor.startsWith("system:") ? "by the system" : "by a person";
}

/**
 * @param {TimelineItem} item
 * @returns {string | null} why it is as it is, in a sentence; null where there is nothing to be said
 */
export function whyOf({ kind, outcome, error, reason, detail }) {
  if (outcome === "cut_off") {
    const then = detail["wasSentAgain"] ? CALLED_AGAIN : detail["wasAsked"] ? ASKED : NOT_KNOWN;
    return [CUT_OFF, then, error].filter(Boolean).join(" ");
  }
  return error ?? (kind === "act" ? reason : null);
}
