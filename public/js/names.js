// @ts-check
/** What the shop of an expense is called: where that is only probable, it is marked, and can be put right. */

import { changeNames } from "./api.js";
import { el, setText } from "./dom.js";
import { FIELD_LABELS } from "./labels.js";

/** @import { Expense, Extraction } from "./api.js" */

/** A name that was read less surely than this is marked. */
const SURE = 0.7;

/**
 * @param {Expense} expense
 * @param {Extraction | null} extraction
 * @returns {boolean} nobody has said yet that the name is right
 */
export function isProbable(expense, extraction) {
  const read = extraction?.merchant;
  return Boolean(read && read.value === expense.merchant && read.confidence < SURE);
}

/**
 * A form under the names: confirm them as they are, or put them right.
 *
 * @param {Expense} expense
 */
export function namesForm(expense) {
  const merchant = field("expense-merchant", FIELD_LABELS.merchant, expense.merchant);
  const firm = field("expense-registered-name", FIELD_LABELS.registeredName, expense.registeredName ?? "");
  const save = el("button", { type: "submit", class: "button small" }, "This is right");
  const answer = el("span", { class: "field-source", role: "status" }, "Probably; check the name.");
  const form = el("form", { class: "category-form", autocomplete: "off" }, merchant.label, firm.label, save, answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    try {
      await changeNames(expense.id, { merchant: merchant.value(), registeredName: firm.value() || null });
      setText(answer, "Saved: the next such receipt gets this name.");
    } catch (error) {
      setText(answer, /** @type {Error} */ (error).message);
    } finally {
      save.disabled = false;
    }
  });
  return form;
}

/**
 * @param {string} id
 * @param {string} label
 * @param {string} value
 */
function field(id, label, value) {
  const input = el("input", { id, type: "text", value, maxlength: 200, placeholder: "none" });
  return { label: el("label", { for: id }, `${label} `, input), value: () => input.value.trim() };
}
