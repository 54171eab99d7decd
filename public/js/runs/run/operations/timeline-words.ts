/** The words for what a run's timeline names by codes. */

import { stepLabel, waitLabel, wordsOfKind } from "./plain-words.ts";
import { t } from "../../../words.ts";
import type { TimelineItem } from "../../../api.ts";

const WAITS: Record<string, string> = {
  backoff: t`Wait for the next attempt`,
  review: t`Wait for a person`,
  pause: t`Paused`,
  operator: t`Wait for an operator`,
  timer: t`Sleep`,
  signal: t`Wait for a signal`,
  child: t`Wait for another run`,
  undo: t`Wait until another run is undone`,
};

const ACTS: Record<string, string> = {
  "run.created": t`Begun`,
  "run.admitted": t`Its turn came`,
  "run.retried": t`Retried`,
  "run.restarted": t`Begun from a step of another run`,
  "run.resumed": t`Taken up again`,
  "run.abandoning": t`Given up`,
  "run.abandoned": t`Ended as given up`,
  "run.cancel_requested": t`Asked to stop`,
  "run.cancelled": t`Stopped`,
  "run.undoing": t`To be undone, with the run that began it`,
  "run.undone": t`Ended as undone`,
  "run.continued": t`Goes on as another run`,
  "run.handed_on": t`Goes on in a new instance`,
  "run.woken": t`Woken`,
  "signal.received": t`Received a signal`,
  "child.begun": t`Began another run`,
  "run.paused": t`Paused`,
  "run.unpaused": t`Resumed`,
  "run.escalated": t`Escalated`,
  "run.compensated": t`Ended, after undoing what it could`,
  "run.restored": t`Brought back from the archive`,
  "tools.offered": t`Tools were offered to a model`,
  "tool.asked": t`A model asked for a tool`,
  "tool.decided": t`A person decided on a tool’s call`,
  "tool.approval_refused": t`Decision without the permission that the tool needs: refused`,
  "effect.intended": t`About to call another system`,
  "effect.settled": t`Late answer: the other system did it`,
  "review.reminded": t`Reminder`,
  "review.escalated": t`Overdue`,
  "step.failed": t`Failed for good`,
  "rollback.failed": t`Could not be undone`,
  "delivery.resent": t`Sent again`,
  "delivery.hastened": t`Delivered now, on request`,
  "endpoint.disabled": t`An endpoint gets no events any more`,
  "instance.created": t`Started by the reconciler`,
};

const OUTCOMES: Record<string, string> = {
  running: t`under way`,
  completed: t`done`,
  failed: t`failed`,
  handed_over: t`asked a person`,
  cut_off: t`cut off`,
  waiting: t`still waiting`,
  timed_out: t`time ran out`,
  held: t`not sent yet`,
  pending: t`being sent`,
  delivered: t`delivered`,
  given_up: t`given up`,
  no_receiver: t`nobody to tell`,
};

/** Of a call to a model. */
const CALLS: Record<string, string> = {
  offered: t`not made: the budget was spent`,
  started: t`under way`,
  completed: t`answered`,
  failed: t`no answer`,
  rolled_back: t`answered, for nothing in the end`,
};

/** An attempt that has no end of its own. */
const CUT_OFF = t`It was about to call another system; then its process died, or its time ran out.`;
const CALLED_AGAIN = t`The call was made again, under the same key.`;
const ASKED = t`The call was not made again: the other system was asked what became of it.`;
const NOT_KNOWN = t`What became of it is not known.`;

export function nameOf({ kind, name, step, reason, detail }: TimelineItem, kindOfRun: string) {
  const stepName = step ? stepLabel(kindOfRun, step) : "";
  switch (kind) {
    case "wait":
      return name === "signal" && reason ? waitLabel(kindOfRun, reason) : (WAITS[name] ?? name);
    case "ai_call":
      return t`AI ${name.split("/").at(-1)}`;
    case "compensation":
      return t`Undo: ${stepName}`;
    case "delivery":
      return t`Delivery`;
    case "decision":
      return name === "approve" ? t`Approved` : t`Rejected`;
    case "act":
      if (name === "signal.received" && detail.signal) return t`Received “${detail.signal}”`;
      return [wordsOfKind(kindOfRun).acts?.[name] ?? ACTS[name] ?? name, stepName]
        .filter(Boolean)
        .join(": ");
    default:
      return stepName || name;
  }
}

/** @returns what became of it; empty where its name says that */
export function outcomeOf({ kind, outcome }: TimelineItem): string {
  if (kind === "act" || kind === "decision" || outcome === "over") return "";
  return (kind === "ai_call" ? CALLS[outcome] : OUTCOMES[outcome]) ?? outcome;
}

/** @returns who did it; empty where it went by itself */
export function actorOf({ kind, actor }: TimelineItem): string {
  if (!actor || kind === "wait" || actor.startsWith("workflow:")) return "";
  return actor.startsWith("system:") ? t`by the system` : t`by a person`;
}

/** @returns why it is as it is, in a sentence; null where there is nothing to be said */
export function whyOf({ kind, outcome, error, reason, detail }: TimelineItem): string | null {
  if (outcome === "cut_off") {
    const then = detail.wasSentAgain ? CALLED_AGAIN : detail.wasAsked ? ASKED : NOT_KNOWN;
    return [CUT_OFF, then, error].filter(Boolean).join(" ");
  }
  return error ?? (kind === "act" ? reason : null);
}
