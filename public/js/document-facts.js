// @ts-check
/** What a document says of itself beside an expense's values, where it was read, and the way to put it right. */

import { ApiError, changeDocument } from "./api.js";
import { Attention } from "./attention.js";
import { el } from "./dom.js";
import { fieldItem } from "./fields.js";
import { DOCUMENT_FIELDS } from "./labels.js";
import { xmlLink } from "./picture.js";
import { ReviewField } from "./review-field.js";

/** @import { DocumentFacts, EInvoice, Expense, Run } from "./api.js" */

/**
 * @param {Run} run
 * @param {Attention} attention told which field is looked at
 * @param {boolean} isInForm its values stand in a form beside it already
 * @returns {HTMLElement | null} null where there is nothing to show
 */
export function documentFactsOf(run, attention, isInForm = false) {
  const { expense, extraction } = run;
  const source = extraction?.eInvoice ?? null;
  const shown = DOCUMENT_FIELDS.filter((field) => (expense ? expense[field] : extraction?.[field]?.value));
  if (isInForm && !source) return null;
  if (!expense && shown.length === 0 && !source) return null;
  const section = el("section", { class: "card document-facts", "aria-labelledby": "document-title" });
  const change = el("button", { type: "button", class: "button small" }, "Change…");
  change.addEventListener("click", () => {
    if (expense) section.replaceChildren(title(), form(run, expense, section, attention));
  });
  const list = el("dl", { class: "fields" }, ...shown.map((field) => fieldItem(run, field, attention)));
  section.append(
    el("div", { class: "document-head" }, title(), ...(expense ? [change] : [])),
    ...(isInForm ? [] : [list]),
    ...(source && run.receipt ? [sourceOf(source, run.receipt.id)] : []),
  );
  return section;
}

function title() {
  return el("h2", { id: "document-title" }, "Document");
}

/**
 * @param {EInvoice} eInvoice where the values come from
 * @param {string} receiptId
 */
function sourceOf({ profile, fileName }, receiptId) {
  const kind = profile ? `E-invoice (${profile})` : "E-invoice";
  const from = fileName ? `read from the XML in the PDF, ${fileName}` : "read from its XML";
  return el("p", { class: "document-source quiet" }, `${kind}: ${from}. `, xmlLink(receiptId));
}

/**
 * @param {Run} run
 * @param {Expense} expense
 * @param {HTMLElement} section takes the place of the form when it is done
 * @param {Attention} attention
 */
function form(run, expense, section, attention) {
  const read = (/** @type {keyof DocumentFacts} */ name) => run.extraction?.[name] ?? null;
  const names = /** @type {(keyof DocumentFacts)[]} */ (DOCUMENT_FIELDS);
  const fields = names.map((name) => {
    const options = { read: read(name), other: null, value: expense[name] ?? "", isInDoubt: false, attention };
    return /** @type {const} */ ([name, new ReviewField(name, options)]);
  });
  const problem = el("p", { class: "form-problem", role: "alert", hidden: true });
  const save = el("button", { type: "submit", class: "button primary" }, "Save");
  const keep = el("button", { type: "button", class: "button" }, "Keep it");
  const close = (/** @type {Expense} */ changed) => {
    const next = documentFactsOf({ ...run, expense: changed }, attention);
    if (next) section.replaceWith(next);
    next?.querySelector("button")?.focus();
  };
  keep.addEventListener("click", () => close(expense));
  const element = el(
    "form",
    { novalidate: true, autocomplete: "off" },
    el("div", { class: "review-fields" }, ...fields.map(([, field]) => field.element)),
    problem,
    el("div", { class: "document-actions" }, save, keep),
  );
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    for (const [, field] of fields) field.setProblem("");
    try {
      const facts = Object.fromEntries(fields.map(([name, field]) => [name, field.value || null]));
      close(await changeDocument(expense.id, facts));
    } catch (error) {
      const errors = error instanceof ApiError ? error.fieldErrors : [];
      for (const [name, field] of fields) {
        field.setProblem(errors.find((each) => each.field === name)?.message ?? "");
      }
      problem.hidden = false;
      problem.textContent =
        errors.length > 0 ? "Not saved yet: correct the marked values." : /** @type {Error} */ (error).message;
      fields.find(([name]) => errors.some((each) => each.field === name))?.[1].focus();
    } finally {
      save.disabled = false;
    }
  });
  return element;
}
