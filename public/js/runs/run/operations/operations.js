// @ts-check
/** The words for what can be done with a run. */

import { wordsOfKind } from "./plain-words.js";

/** @import { Operation, Run } from "../../../api.js" */

/**
 * @typedef {object} OperationWords
 * @property {string} label of the button that begins it
 * @property {string} title of the dialog
 * @property {string} says what it does, and what it does not
 * @property {string} action label of the button that does it
 * @property {string} done told afterwards
 * @property {boolean} [isDanger] it cannot be taken back
 */

/** Of a run whose undoing failed: nothing but that is done again, and the other side is asked before. @type {OperationWords} */
const UNDO_AGAIN = {
  label: "Undo again…",
  title: "Undo what could not be undone",
  says: "It asks the other side where that stands, and then undoes what is left of it. Nothing else is done again.",
  action: "Undo again",
  done: "It is being undone again.",
};

/** @type {Record<Operation, OperationWords>} */
const OPERATIONS = {
  retry: {
    label: "Retry…",
    title: "Retry from the step that failed",
    says: "Completed steps are not done again.",
    action: "Retry",
    done: "It goes on from the step that failed.",
  },
  abandon: {
    label: "Abandon…",
    title: "Give this up",
    says: "What was done is undone where the contract says how. This cannot be taken back.",
    action: "Abandon",
    done: "It is given up.",
    isDanger: true,
  },
  cancel: {
    label: "Cancel this run…",
    title: "Cancel this run",
    says: "It ends before its next step, and what was done is undone where the contract says how. This cannot be taken back.",
    action: "Cancel the run",
    done: "It ends before its next step.",
    isDanger: true,
  },
  pause: {
    label: "Pause…",
    title: "Pause this run",
    says: "It stops before its next step until it is resumed. Nothing is undone.",
    action: "Pause",
    done: "Paused.",
  },
  resume: {
    label: "Resume…",
    title: "Resume this run",
    says: "It goes on where it stopped.",
    action: "Resume",
    done: "Resumed.",
  },
  resend: {
    label: "Send again…",
    title: "Tell the other system again",
    says: "The same event is sent under the same id, so whoever has it already can tell.",
    action: "Send again",
    done: "It is being sent again.",
  },
  deliver: {
    label: "Deliver now…",
    title: "Tell the other system now",
    says: "The next attempt is made now, under the same id; if it fails too, it is tried again later.",
    action: "Deliver now",
    done: "It is being delivered.",
  },
};

/** @param {Pick<Run, "kind" | "notUndone">} run @param {Operation} operation @returns {OperationWords} */
export function wordsOf({ kind, notUndone }, operation) {
  if (operation === "retry" && notUndone) return UNDO_AGAIN;
  const words = OPERATIONS[operation];
  return { ...words, says: wordsOfKind(kind).operations?.[operation] ?? words.says };
}
