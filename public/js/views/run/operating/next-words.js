// @ts-check
/** The words for what is safe to do next; of a run that waits: for what, until when, and what sends it. */

import { moment } from "../../../format.js";
import { safeNext } from "../../../labels.js";

/** @import { Run } from "../../../api.js" */

/**
 * @param {Pick<Run, "status" | "nextSafeAction" | "waitsFor">} run
 * @returns {string | null} null where nothing is to be said beside its status
 */
export function nextSentence({ status, nextSafeAction, waitsFor }) {
  if (nextSafeAction !== "wait" || !waitsFor) return safeNext({ status, nextSafeAction });
  const { kind, name, until, send } = waitsFor;
  if (kind === "timer") return `It sleeps until ${moment(until)}, and goes on by itself.`;
  if (kind !== "signal") return "It waits for a run that it began, and goes on by itself.";
  if (!send) return `It waits for “${name}” until ${moment(until)}, and hears of it by itself.`;
  return `It waits for the signal “${name}” until ${moment(until)}; if none comes, its body says how it goes on.`;
}

/**
 * @param {Pick<Run, "id" | "nextSafeAction" | "waitsFor">} run
 * @returns {string | null} the command that sends the signal, for a shell; null where people send none
 */
export function sendCommand({ id, nextSafeAction, waitsFor }) {
  if (nextSafeAction !== "wait" || !waitsFor?.send) return null;
  const payload = JSON.stringify(waitsFor.send.payload).replaceAll("'", "'\\''");
  return `tillroll signal ${id} ${waitsFor.name} '${payload}'`;
}
