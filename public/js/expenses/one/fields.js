// @ts-check
/** The fields of an expense that are changed: how they are called, shown as text, and read from what is typed. */

import { DOCUMENT_KINDS } from "../../labels.js";
import { readAmount, readNumber, writtenAmount } from "../../values/amount.js";
import { readDay, writtenDay } from "../../values/day.js";
import { GIVEN } from "../declared.js";
import { t } from "../../words.js";

/** @import { ExpenseDetail, ExpenseEdit } from "../../api/types.js" */
/** @import { Entry } from "../declared.js" */
/** @import { Read } from "../../values/amount.js" */

/** @typedef {Exclude<keyof ExpenseEdit, "reason" | "confirmed">} Name */
/** @typedef {Record<string, string>} Line what is typed into one line, by column */
/** @typedef {string | Line[]} Typed */
/** @typedef {{ value: string, label: string }} Option */
/** @typedef {{ name: string, label: string, kind: "text" | "amount" | "number" | "category", isNeeded?: boolean }} Column */
/** @typedef {Entry & { options?: Option[], columns?: Column[] }} Spec */

const kinds = Object.entries(DOCUMENT_KINDS).map(([value, label]) => ({ value, label }));
const none = { value: "", label: t`Not said` };

/** @type {Record<Name, Spec>} */
export const SPECS = {
  ...GIVEN,
  paymentMethod: {
    ...GIVEN.paymentMethod,
    options: [
      none,
      { value: "cash", label: t`Cash` },
      { value: "card", label: t`Card` },
      { value: "transfer", label: t`Bank transfer` },
      { value: "direct_debit", label: t`Direct debit` },
      { value: "other", label: t`Something else` },
    ],
  },
  paidBy: {
    ...GIVEN.paidBy,
    options: [
      { value: "company", label: t`The company` },
      { value: "employee", label: t`An employee: to be paid back` },
    ],
  },
  documentKind: { ...GIVEN.documentKind, options: [none, ...kinds] },
  parts: {
    ...GIVEN.parts,
    columns: [
      { name: "category", label: t`Category`, kind: "category" },
      { name: "amount", label: t`Amount`, kind: "amount", isNeeded: true },
      { name: "tax", label: t`Tax`, kind: "amount" },
      { name: "note", label: t`Note`, kind: "text" },
    ],
  },
  taxLines: {
    ...GIVEN.taxLines,
    columns: [
      { name: "rate", label: t`Percent`, kind: "number" },
      { name: "base", label: t`Net`, kind: "amount" },
      { name: "tax", label: t`Tax`, kind: "amount", isNeeded: true },
      { name: "vatCategory", label: t`VAT category`, kind: "text" },
    ],
  },
  items: {
    ...GIVEN.items,
    columns: [
      { name: "description", label: t`What`, kind: "text", isNeeded: true },
      { name: "quantity", label: t`Quantity`, kind: "number" },
      { name: "unitPrice", label: t`Unit price`, kind: "number" },
      { name: "amount", label: t`Amount`, kind: "amount", isNeeded: true },
    ],
  },
};

/**
 * @param {ExpenseDetail} expense
 * @param {Name} name
 * @returns {Typed} as it stands in the form, in the reader's locale
 */
export function typedOf(expense, name) {
  return typedFrom(name, expense[name]);
}

/**
 * @param {Name} name
 * @param {any} value as the API has it
 * @returns {Typed}
 */
export function typedFrom(name, value) {
  const { kind, columns = [] } = SPECS[name];
  if (kind === "lines") {
    const lines = /** @type {Record<string, string | null>[]} */ (value ?? []);
    return lines.map((line) =>
      Object.fromEntries(columns.map((column) => [column.name, written(column.kind, line[column.name] ?? "")])),
    );
  }
  if (kind === "tags") return value.join(", ");
  if (kind === "yes") return value ? "yes" : "";
  return written(kind, value ?? "");
}

/**
 * @param {string} kind
 * @param {string} value
 */
function written(kind, value) {
  if (kind === "amount" || kind === "number") return writtenAmount(value);
  return kind === "day" ? writtenDay(value) : value;
}

/**
 * @param {Name} name
 * @param {Typed} typed
 * @param {string} currency
 * @returns {{ value: unknown, problem: string | null }} for the API
 */
export function readTyped(name, typed, currency) {
  const spec = SPECS[name];
  if (typeof typed !== "string") return readLines(spec.columns ?? [], typed, currency);
  if (spec.kind === "tags") return { value: typed.split(",").map((tag) => tag.trim()).filter(Boolean), problem: null };
  if (spec.kind === "yes") return { value: typed === "yes", problem: null };
  const { value, problem } = readText(spec.kind, typed, currency);
  return { value: value || null, problem };
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {string} currency
 * @returns {Read}
 */
function readText(kind, text, currency) {
  if (kind === "amount") return readAmount(text, currency);
  if (kind === "day") return readDay(text);
  if (kind === "number") return readNumber(text);
  return { value: text.trim(), problem: null };
}

/**
 * @param {Column[]} columns
 * @param {Line[]} lines those in which nothing stands are left out
 * @param {string} currency
 */
function readLines(columns, lines, currency) {
  /** @type {string | null} */
  let problem = null;
  const value = lines.filter((line) => Object.values(line).some((text) => text.trim())).map((line, index) => {
    const read = columns.map(({ name, label, kind, isNeeded }) => {
      const its = readText(kind, line[name] ?? "", currency);
      if (its.problem) problem ??= t`Line ${index + 1}: ${its.problem}`;
      else if (isNeeded && !its.value) problem ??= t`Line ${index + 1}: fill in “${label}”, or take the line out.`;
      return [name, its.value || null];
    });
    return Object.fromEntries(read);
  });
  return { value, problem };
}
