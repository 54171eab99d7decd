// @ts-check
/** The words for what can be done with a run. */

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

/** @type {Record<Operation | "undo", OperationWords>} */
const WORDS = {
  retry: words("Retry…", "Retry from the step that failed", "Completed steps are not done again.", "Retry", "It goes on from the step that failed."),
  // Of a run whose undoing failed: nothing but that is done again, and the other side is asked before.
  undo: words(
    "Undo again…",
    "Undo what could not be undone",
    "It asks the other side where that stands, and then undoes what is left of it. Nothing else is done again.",
    "Undo again",
    "It is being undone again.",
  ),
  abandon: {
    ...words("Abandon…", "Give this up", "What was done is undone where the contract says how. This cannot be taken back.", "Abandon", "It is given up."),
    isDanger: true,
  },
  cancel: {
    ...words(
      "Cancel this run…",
      "Cancel this run",
      "It ends before its next step, and what was done is undone where the contract says how. This cannot be taken back.",
      "Cancel the run",
      "It ends before its next step.",
    ),
    isDanger: true,
  },
  pause: words("Pause…", "Pause this run", "It stops before its next step until it is resumed. Nothing is undone.", "Pause", "Paused."),
  resume: words("Resume…", "Resume this run", "It goes on where it stopped.", "Resume", "Resumed."),
  resend: words(
    "Send again…",
    "Tell the other system again",
    "The same event is sent under the same id, so whoever has it already can tell.",
    "Send again",
    "It is being sent again.",
  ),
  deliver: words(
    "Deliver now…",
    "Tell the other system now",
    "The next attempt is made now, under the same id; if it fails too, it is tried again later.",
    "Deliver now",
    "It is being delivered.",
  ),
};

/** @param {Run} run @param {Operation} operation */
export function wordsOf(run, operation) {
  return WORDS[operation === "retry" && run.notUndone ? "undo" : operation];
}

/**
 * @param {string} label
 * @param {string} title
 * @param {string} says
 * @param {string} action
 * @param {string} done
 * @returns {OperationWords}
 */
function words(label, title, says, action, done) {
  return { label, title, says, action, done };
}
