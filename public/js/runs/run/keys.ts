/** The keys on a run, and on what is to become an expense. */

import { declareKeys } from "../../shortcuts.ts";
import { leave, neighboursOf, open } from "./queue.ts";
import { t } from "../../words.ts";
import type { Deciding } from "./review/review-form.tsx";

const useKeys = declareKeys(t`On the page of a receipt or run`, {
  next: ["j", t`Next`],
  previous: ["k", t`Previous`],
  approve: ["Mod+Enter", t`Confirm`],
  reject: ["x", t`Reject`],
  leave: ["Escape", t`Leave a field, then go back to the list`],
});

/** @param deciding the review that is open */
export function useRunKeys(id: string, deciding: { current: Deciding | null }) {
  useKeys({
    next: () => open(neighboursOf(id).next),
    previous: () => open(neighboursOf(id).previous),
    approve: () => deciding.current?.decide(),
    reject: () => deciding.current?.askToReject(),
    leave: () => leave(id),
  });
}
