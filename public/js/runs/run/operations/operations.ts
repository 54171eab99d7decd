/** The words for what can be done with a run. */

import { wordsOfKind } from "./plain-words.ts";
import { t } from "../../../words.ts";
import type { Operation, Run } from "../../../api.ts";

export interface OperationWords {
  /** of the button that begins it */
  label: string;
  /** of the dialog */
  title: string;
  /** what it does, and what it does not */
  says: string;
  /** label of the button that does it */
  action: string;
  /** told afterwards */
  done: string;
  /** it cannot be taken back */
  isDanger?: boolean;
}

/**
 * Of a run whose undoing failed: nothing but that is done again, and the other side is asked
 * before.
 */
const UNDO_AGAIN: OperationWords = {
  label: t`Undo again…`,
  title: t`Undo what could not be undone`,
  says: t`It asks the other side where that stands, and then undoes what is left of it. Nothing else is done again.`,
  action: t`Undo again`,
  done: t`It is being undone again.`,
};

const OPERATIONS: Record<Operation, OperationWords> = {
  retry: {
    label: t`Retry…`,
    title: t`Retry from the step that failed`,
    says: t`Completed steps are not done again.`,
    action: t`Retry`,
    done: t`It goes on from the step that failed.`,
  },
  abandon: {
    label: t`Abandon…`,
    title: t`Give this up`,
    says: t`What was done is undone where the contract says how. This cannot be taken back.`,
    action: t`Abandon`,
    done: t`It is given up.`,
    isDanger: true,
  },
  cancel: {
    label: t`Cancel this run…`,
    title: t`Cancel this run`,
    says: t`It ends before its next step, and what was done is undone where the contract says how.
      This cannot be taken back.`,
    action: t`Cancel the run`,
    done: t`It ends before its next step.`,
    isDanger: true,
  },
  pause: {
    label: t`Pause…`,
    title: t`Pause this run`,
    says: t`It stops before its next step until it is resumed. Nothing is undone.`,
    action: t`Pause`,
    done: t`Paused.`,
  },
  resume: {
    label: t`Resume…`,
    title: t`Resume this run`,
    says: t`It goes on where it stopped.`,
    action: t`Resume`,
    done: t`Resumed.`,
  },
  resend: {
    label: t`Send again…`,
    title: t`Tell the other system again`,
    says: t`The same event is sent under the same id, so that a receiver that has it already can tell.`,
    action: t`Send again`,
    done: t`It is being sent again.`,
  },
  deliver: {
    label: t`Deliver now…`,
    title: t`Tell the other system now`,
    says: t`The next attempt is made now, under the same id; if it fails too, it is tried again later.`,
    action: t`Deliver now`,
    done: t`It is being delivered.`,
  },
};

export function wordsOf(
  { kind, notUndone }: Pick<Run, "kind" | "notUndone">,
  operation: Operation,
): OperationWords {
  if (operation === "retry" && notUndone) return UNDO_AGAIN;
  const words = OPERATIONS[operation];
  return { ...words, says: wordsOfKind(kind).operations?.[operation] ?? words.says };
}
