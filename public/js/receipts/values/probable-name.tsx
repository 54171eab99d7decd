/** That what a shop is called is only probable, and the way to say that it is right. */

import { useState } from "preact/hooks";

import { changeNames } from "../../api.ts";
import { sentenceOf } from "../../state/request.ts";
import { t } from "../../words.ts";
import type { Expense, Extraction } from "../../api.ts";

/** A name that was read less surely than this is marked. */
const SURE = 0.7;

/** @returns nobody has said yet that the name is right */
export function isProbable(expense: Expense, extraction: Extraction | null): boolean {
  const read = extraction?.merchant;
  return Boolean(read && read.value === expense.merchant && read.confidence < SURE);
}

/** Where it is wrong, its field is put right; here it is confirmed. */
export function ProbableName({ expense }: { expense: Expense }) {
  const { id, merchant, registeredName } = expense;
  const [answer, setAnswer] = useState("");
  const [isSaving, setSaving] = useState(false);

  async function confirm() {
    setSaving(true);
    try {
      await changeNames(id, { merchant, registeredName });
      setAnswer(t`Saved: the next such receipt gets this name.`);
    } catch (error) {
      setAnswer(sentenceOf(error));
    } finally {
      setSaving(false);
    }
  }

  return (
    <p class="known-as quiet" role="status">
      {answer || t`Probably “${merchant}”: check the name.`}{" "}
      {!answer && (
        <button type="button" class="button small" disabled={isSaving} onClick={confirm}>
          This is right
        </button>
      )}
    </p>
  );
}
