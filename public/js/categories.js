// @ts-check
/** The category of an expense, to be set; and the ones in use, offered while one types. */

import { ApiError, changeCategory, ConnectionError, listCategories } from "./api.js";
import { byId, el, setText } from "./dom.js";
import { FIELD_LABELS } from "./labels.js";

/** @import { Expense } from "./api.js" */

const LONGEST = 60;

/** Fill the list that index.html has for it. Without it one types without suggestions. */
export async function offerCategories() {
  try {
    const categories = await listCategories();
    byId("categories", HTMLDataListElement).replaceChildren(...categories.map((value) => el("option", { value })));
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error;
    // Sending what was typed will say what is wrong.
  }
}

/** @param {Expense} expense */
export function categoryItem(expense) {
  const id = "expense-category";
  let saved = expense.category ?? "";
  const input = el("input", { id, type: "text", value: saved, list: "categories", maxlength: LONGEST, placeholder: "none" });
  const save = el("button", { type: "submit", class: "button small", hidden: true }, "Save category");
  const answer = el("span", { class: "field-source", role: "status" });
  const form = el("form", { class: "category-form", autocomplete: "off" }, input, save, answer);
  input.addEventListener("focus", () => offerCategories(), { once: true });
  input.addEventListener("input", () => {
    save.hidden = input.value.trim() === saved;
    setText(answer, "");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    try {
      saved = (await changeCategory(expense.id, input.value.trim() || null)).category ?? "";
      input.value = saved;
      save.hidden = true;
      input.focus();
      setText(answer, "Saved");
    } catch (error) {
      setText(answer, /** @type {Error} */ (error).message);
    } finally {
      save.disabled = false;
    }
  });
  return el(
    "div",
    { class: "field-item", "data-field": "category" },
    el("dt", {}, el("label", { for: id }, FIELD_LABELS.category)),
    el("dd", { class: "field-value" }, form),
  );
}
