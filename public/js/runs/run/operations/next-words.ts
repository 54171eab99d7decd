/**
 * The words for what is safe to do next; of a run that waits: for what, until when, and what sends
 * it.
 */

import { moment } from "../../../format.ts";
import { wordsOfKind } from "./plain-words.ts";
import { t } from "../../../words.ts";
import type { Run } from "../../../api.ts";

/** What to do next without doing anything twice, of any run. */
const NEXT_SAFE_ACTIONS: Record<string, string> = {
  wait: t`There is nothing to do: this goes on by itself, and you may close the page.`,
  review: t`A person decides: approve or reject.`,
  retry_from_step: t`What was done is kept. Retry it: it goes on from the step that failed, and nothing is done twice.`,
  resend_notification: t`It is done. Only notifying people or another system of it failed; doing that again is safe.`,
  upload_again: t`If that was a mistake, begin it again.`,
  resume: t`Resume it when it is to go on. Nothing is lost meanwhile.`,
  investigate: t`Find out at the other side first what happened there, and put right what is
    wrong. Then retry, which asks there again.`,
};

/** Of a run that stands still, which is not resumed before its cause is mended. */
const STANDS_STILL = t`See to what it says first, then resume it. Nothing is lost meanwhile.`;

/** Of a run that failed and was undone. */
const UNDONE = {
  none: t`Nothing with this run: what it did was undone.`,
  resend_notification: t`What it did was undone. Only notifying people or another system of it
    failed; doing that again is safe.`,
};
/** Of one that failed and has nothing to go on from, though a part of it may stand. */
const IN_DOUBT = t`Find out at the other side what happened there, and put it right there. Then
  give the run up, which takes it off the list.`;

/** @returns null where nothing is to be said beside its status */
export function nextSentence({
  kind: kindOfRun,
  status,
  nextSafeAction,
  undone,
  waitsFor,
  paused,
}: Pick<Run, "kind" | "status" | "nextSafeAction" | "undone" | "waitsFor"> & { paused?: boolean }):
  | string
  | null {
  if (
    status === "failed" &&
    (nextSafeAction === "none" || nextSafeAction === "resend_notification")
  )
    return undone ? UNDONE[nextSafeAction] : IN_DOUBT;
  if (nextSafeAction === "none") return null;
  if (nextSafeAction === "resume" && paused === false) return STANDS_STILL;
  if (nextSafeAction !== "wait" || !waitsFor)
    return (
      wordsOfKind(kindOfRun).next?.[nextSafeAction] ?? NEXT_SAFE_ACTIONS[nextSafeAction] ?? null
    );
  const { kind, name, until, send } = waitsFor;
  if (kind === "timer") return t`It sleeps until ${moment(until)}, and goes on by itself.`;
  if (kind !== "signal") return t`It waits for a run that it began, and goes on by itself.`;
  if (!send) return t`It waits until ${moment(until)} at the latest, and goes on by itself.`;
  return t`It waits for the signal “${name}”. If none comes by ${moment(until)}, the run goes on without one.`;
}

/** @returns the command that sends the signal, for a shell; null where people send none */
export function sendCommand({
  id,
  nextSafeAction,
  waitsFor,
}: Pick<Run, "id" | "nextSafeAction" | "waitsFor">): string | null {
  if (nextSafeAction !== "wait" || !waitsFor?.send) return null;
  const payload = JSON.stringify(waitsFor.send.payload).replaceAll("'", "'\\''");
  return t`tillroll signal ${id} ${waitsFor.name} '${payload}'`;
}
