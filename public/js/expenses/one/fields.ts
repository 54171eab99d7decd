/**
 * The fields of an expense that are changed: how they are called, shown as text, and read from
 * what is typed.
 */

import { DOCUMENT_KINDS } from "../../labels.ts";
import { readAmount, readNumber, writtenAmount } from "../../values/amount.ts";
import { readDay, writtenDay } from "../../values/day.ts";
import { categories } from "../categories.ts";
import { nameMeant } from "../../values/name-meant.ts";
import { GIVEN } from "../declared.ts";
import { payers } from "../../values/payers.ts";
import { t } from "../../words.ts";
import type { ExpenseDetail, ExpenseEdit } from "../../api/types.d.ts";
import type { Entry } from "../declared.ts";
import type { Read } from "../../values/amount.ts";

export type Name = Exclude<keyof ExpenseEdit, "reason" | "confirmed">;
/** What is typed into one line, by column */
export type Line = Record<string, string>;
export type Typed = string | Line[];
type Option = { value: string; label: string };
export type Column = {
  name: string;
  label: string;
  kind: "text" | "amount" | "number" | "category";
  isNeeded?: boolean;
};
type Spec = Entry & { options?: Option[]; columns?: Column[] };

const kinds = Object.entries(DOCUMENT_KINDS).map(([value, label]) => ({ value, label }));
const none = { value: "", label: t`Not said` };

export const SPECS: Record<Name, Spec> = {
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
    // Who is signed in is known later than this file.
    get options() {
      return payers();
    },
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

/** @returns as it stands in the form, in the reader's locale */
export function typedOf(expense: ExpenseDetail, name: Name): Typed {
  return typedFrom(name, expense[name]);
}

/** @param value as the API has it */
export function typedFrom(name: Name, value: any): Typed {
  const { kind, columns = [] } = SPECS[name];
  if (kind === "lines") {
    const lines = (value ?? []) as Record<string, string | null>[];
    return lines.map((line) =>
      Object.fromEntries(
        columns.map((column) => [column.name, written(column.kind, line[column.name] ?? "")]),
      ),
    );
  }
  if (kind === "tags") return value.join(", ");
  if (kind === "yes") return value ? "yes" : "";
  return written(kind, value ?? "");
}

function written(kind: string, value: string) {
  if (kind === "amount" || kind === "number") return writtenAmount(value);
  return kind === "day" ? writtenDay(value) : value;
}

/** @returns for the API */
export function readTyped(
  name: Name,
  typed: Typed,
  currency: string,
): { value: unknown; problem: string | null } {
  const spec = SPECS[name];
  if (typeof typed !== "string") return readLines(spec.columns ?? [], typed, currency);
  if (spec.kind === "tags")
    return {
      value: typed
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
      problem: null,
    };
  if (spec.kind === "yes") return { value: typed === "yes", problem: null };
  const { value, problem } = readText(spec.kind, typed, currency);
  return { value: value || null, problem };
}

function readText(kind: string, text: string, currency: string): Read {
  if (kind === "amount") return readAmount(text, currency);
  if (kind === "day") return readDay(text);
  if (kind === "category") return readCategory(text);
  if (kind === "number") return readNumber(text);
  return { value: text.trim(), problem: null };
}

/** @param lines those in which nothing stands are left out */
function readLines(columns: Column[], lines: Line[], currency: string) {
  let problem: string | null = null;
  const value = lines
    .filter((line) => Object.values(line).some((text) => text.trim()))
    .map((line, index) => {
      const read = columns.map(({ name, label, kind, isNeeded }) => {
        const its = readText(kind, line[name] ?? "", currency);
        if (its.problem) problem ??= t`Line ${index + 1}: ${its.problem}`;
        else if (isNeeded && !its.value)
          problem ??= t`Line ${index + 1}: fill in “${label}”, or take the line out.`;
        return [name, its.value || null];
      });
      return Object.fromEntries(read);
    });
  return { value, problem };
}

function readCategory(text: string): Read {
  const { name, several } = nameMeant(text, categories.value);
  if (several.length === 0) return { value: name, problem: null };
  return { value: null, problem: t`Several categories begin so. Write one out.` };
}
