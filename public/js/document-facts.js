// @ts-check
/** What a document says of itself beside an expense's values: its kind, its number, what is due and when, and to whom. */

import { el } from "./dom.js";
import { date, money } from "./format.js";

/** @import { DocumentFacts, Run } from "./api.js" */

/** @type {Record<string, string>} */
const KINDS = {
  receipt: "Receipt",
  invoice: "Invoice",
  credit_note: "Credit note: money comes back",
  statement: "Statement or reminder",
  other: "Offer, order or delivery note",
};

/**
 * @param {Run} run
 * @returns {HTMLElement | null} null where it says nothing but that it is a receipt
 */
export function documentFactsOf(run) {
  const { documentKind, receiptNumber, dueDate, amountDue, buyer } = factsOf(run);
  if (!documentKind && !receiptNumber) return null;
  const currency = run.expense?.currency ?? run.extraction?.currency?.value;
  const items = [
    fact("Document", documentKind && (KINDS[documentKind] ?? documentKind)),
    fact("Number", receiptNumber),
    fact("Due", dueDate && date(dueDate)),
    fact("Amount due", amountDue && money(amountDue, currency)),
    fact("Made out to", buyer),
  ];
  return el(
    "section",
    { class: "card", "aria-labelledby": "document-title" },
    el("h2", { id: "document-title" }, "Document"),
    el("dl", { class: "fields" }, ...items),
  );
}

/**
 * @param {Run} run
 * @returns {DocumentFacts}
 */
function factsOf({ expense, extraction }) {
  if (expense) return expense;
  return {
    documentKind: extraction?.documentKind?.value ?? null,
    receiptNumber: extraction?.receiptNumber?.value ?? null,
    dueDate: extraction?.dueDate?.value ?? null,
    amountDue: extraction?.amountDue?.value ?? null,
    buyer: extraction?.buyer?.value ?? null,
  };
}

/**
 * @param {string} label
 * @param {string | null} text
 */
function fact(label, text) {
  return text ? el("div", { class: "field-item" }, el("dt", {}, label), el("dd", { class: "field-value" }, text)) : null;
}
