/** The category of an expense, to be set. */

import { useRef, useState } from "preact/hooks";

import { changeCategory } from "../../api.ts";
import { FIELD_LABELS } from "../../labels.ts";
import { loadCategories } from "../../expenses/categories.ts";
import { learnt, ProposedOffer } from "../../expenses/proposed.tsx";
import { tellChange } from "../../expenses/undo.ts";
import { sentenceOf } from "../../state/request.ts";
import { t } from "../../words.ts";
import type { Expense } from "../../api.ts";

const LONGEST = 60;

export function CategoryItem({ expense }: { expense: Expense }) {
  const id = "expense-category";
  const [saved, setSaved] = useState(expense.category ?? "");
  const [text, setText] = useState(saved);
  const [answer, setAnswer] = useState("");
  const [isSaving, setSaving] = useState(false);
  const input = useRef<HTMLInputElement | null>(null);

  const show = (category: string) => {
    setSaved(category);
    setText(category);
  };

  async function save(wanted: string) {
    setSaving(true);
    try {
      const fresh = await changeCategory(expense.id, wanted || null);
      const category = fresh.category ?? "";
      show(category);
      setAnswer(t`Saved`);
      const says = category ? t`The category is ${category}.` : t`There is no category now.`;
      const next = learnt(expense.merchant, category);
      if (category !== saved)
        void tellChange(fresh, [says, next].filter(Boolean).join(" "), (undone) =>
          show(undone.category ?? ""),
        );
      input.current?.focus();
    } catch (error) {
      setAnswer(sentenceOf(error));
    } finally {
      setSaving(false);
    }
  }

  const onSubmit = (event: Event) => {
    event.preventDefault();
    void save(text.trim());
  };
  const proposed = saved || text.trim() ? null : expense.proposedCategory;
  const onInput = (event: Event) => {
    setText((event.target as HTMLInputElement).value);
    setAnswer("");
  };
  const attributes = {
    list: "categories",
    maxlength: LONGEST,
    placeholder: t`none`,
    value: text,
    onInput,
    onFocus: loadCategories,
  };
  return (
    <div class="field-item" data-field="category">
      <dt>
        <label for={id}>{FIELD_LABELS.category}</label>
      </dt>
      <dd class="field-value">
        <form class="category-form" autocomplete="off" onSubmit={onSubmit}>
          <input id={id} type="text" ref={input} {...attributes} />
          {text.trim() !== saved && (
            <button type="submit" class="button small" disabled={isSaving}>
              Save category
            </button>
          )}
          <span class="field-source" role="status">
            {answer}
          </span>
        </form>
        {proposed && (
          <ProposedOffer
            proposed={proposed}
            id={`${id}-proposed`}
            onTake={() => void save(proposed.category)}
          />
        )}
      </dd>
    </div>
  );
}
