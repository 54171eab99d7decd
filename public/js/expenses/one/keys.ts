/** The keys on an expense. */

import { declareKeys } from "../../shortcuts.ts";
import { t } from "../../words.ts";

export const useExpenseKeys = declareKeys(t`On an expense`, {
  approve: ["a", t`Approve`],
  edit: ["e", t`Edit`],
  save: ["Mod+Enter", t`Save`],
  next: ["j", t`Next expense of the list`],
  previous: ["k", t`Previous expense of the list`],
  back: [t`Escape`, t`Back to the list`],
});
