// @ts-check
/** The category of an expense, to be set. */

import { useRef, useState } from "preact/hooks";

import { changeCategory } from "../../api.js";
import { FIELD_LABELS } from "../../labels.js";
import { loadCategories } from "../../expenses/categories.js";
import { learnt, ProposedOffer } from "../../expenses/proposed.js";
import { tellChange } from "../../expenses/undo.js";
import { sentenceOf } from "../../state/request.js";
import { html, t } from "../../words.js";

/** @import { Expense } from "../../api.js" */

const LONGEST = 60;

/** @param {{ expense: Expense }} props */
export function CategoryItem({ expense }) {
  const id = "expense-category";
  const [saved, setSaved] = useState(expense.category ?? "");
  const [text, setText] = useState(saved);
  const [answer, setAnswer] = useState("");
  const [isSaving, setSaving] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));

  const show = (/** @type {string} */ category) => {
    setSaved(category);
    setText(category);
  };

  /** @param {string} wanted */
  async function save(wanted) {
    setSaving(true);
    try {
      const fresh = await changeCategory(expense.id, wanted || null);
      const category = fresh.category ?? "";
      show(category);
      setAnswer(t`Saved`);
      const says = category ? t`The category is ${category}.` : t`There is no category now.`;
      const next = learnt(expense.merchant, category);
      if (category !== saved) void tellChange(fresh, [says, next].filter(Boolean).join(" "), (undone) => show(undone.category ?? ""));
      input.current?.focus();
    } catch (error) {
      setAnswer(sentenceOf(error));
    } finally {
      setSaving(false);
    }
  }

  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void save(text.trim());
  };
  const proposed = saved || text.trim() ? null : expense.proposedCategory;
  const onInput = (/** @type {Event} */ event) => {
    setText(/** @type {HTMLInputElement} */ (event.target).value);
    setAnswer("");
  };
  const attributes = { list: "categories", maxlength: LONGEST, placeholder: t`none`, value: text, onInput, onFocus: loadCategories };
  return html`
    <div class="field-item" data-field="category">
      <dt><label for=${id}>${FIELD_LABELS.category}</label></dt>
      <dd class="field-value">
        <form class="category-form" autocomplete="off" onSubmit=${onSubmit}>
          <input id=${id} type="text" ref=${input} ...${attributes} />
          ${text.trim() !== saved &&
          html`<button type="submit" class="button small" disabled=${isSaving}>Save category</button>`}
          <span class="field-source" role="status">${answer}</span>
        </form>
        ${proposed &&
        html`<${ProposedOffer} proposed=${proposed} id=${`${id}-proposed`} onTake=${() => void save(proposed.category)} />`}
      </dd>
    </div>
  `;
}
