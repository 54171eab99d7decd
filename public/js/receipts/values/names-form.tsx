/**
 * What the shop of an expense is called: where that is only probable, it is marked, and can be put
 * right.
 */

import { useId, useState } from "preact/hooks";

import { changeNames } from "../../api.ts";
import { FIELD_LABELS } from "../../labels.ts";
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

/** A form under the names: confirm them as they are, or put them right. */
export function NamesForm({ expense }: { expense: Expense }) {
  const [merchant, setMerchant] = useState(expense.merchant);
  const [firm, setFirm] = useState(expense.registeredName ?? "");
  const [answer, setAnswer] = useState(t`Probably; check the name.`);
  const [isSaving, setSaving] = useState(false);

  async function save(event: Event) {
    event.preventDefault();
    setSaving(true);
    try {
      await changeNames(expense.id, {
        merchant: merchant.trim(),
        registeredName: firm.trim() || null,
      });
      setAnswer(t`Saved: the next such receipt gets this name.`);
    } catch (error) {
      setAnswer(sentenceOf(error));
    } finally {
      setSaving(false);
    }
  }

  return (
    <form class="category-form" autocomplete="off" onSubmit={save}>
      <Name label={FIELD_LABELS.merchant} value={merchant} onValue={setMerchant} />
      <Name label={FIELD_LABELS.registeredName} value={firm} onValue={setFirm} />
      <button type="submit" class="button small" disabled={isSaving}>
        This is right
      </button>
      <span class="field-source" role="status">
        {answer}
      </span>
    </form>
  );
}

function Name({
  label,
  value,
  onValue,
}: {
  label: string;
  value: string;
  onValue: (text: string) => void;
}) {
  const id = useId();
  const onInput = (event: Event) => onValue((event.target as HTMLInputElement).value);
  return (
    <label for={id}>
      {label}{" "}
      <input
        id={id}
        type="text"
        maxlength={200}
        placeholder={t`none`}
        value={value}
        onInput={onInput}
      />
    </label>
  );
}
