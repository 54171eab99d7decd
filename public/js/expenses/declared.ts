/** Fields of an expense: made from the code by `make docs`. */

import { t } from "../words.ts";

type Kind =
  | "text"
  | "note"
  | "amount"
  | "day"
  | "currency"
  | "category"
  | "choice"
  | "yes"
  | "tags"
  | "lines"
  | "client";
export type Entry = { label: string; kind: Kind; longest?: number };

/** What a person may give. */
export const GIVEN = {
  merchant: { label: t`Merchant`, kind: "text", longest: 200 },
  registeredName: { label: t`Registered name`, kind: "text", longest: 200 },
  date: { label: t`Date`, kind: "day" },
  total: { label: t`Total`, kind: "amount" },
  tax: { label: t`Tax`, kind: "amount" },
  currency: { label: t`Currency`, kind: "currency" },
  category: { label: t`Category`, kind: "category", longest: 60 },
  tags: { label: t`Tags`, kind: "tags", longest: 900 },
  parts: { label: t`Split`, kind: "lines" },
  note: { label: t`Note`, kind: "note", longest: 2000 },
  projectId: { label: t`Project`, kind: "client" },
  clientId: { label: t`Client`, kind: "client" },
  paymentMethod: { label: t`Paid with`, kind: "choice" },
  paidBy: { label: t`Paid by`, kind: "choice" },
  costCenter: { label: t`Cost centre`, kind: "text", longest: 36 },
  billable: { label: t`Billable to the client`, kind: "yes" },
  documentKind: { label: t`Kind`, kind: "choice" },
  receiptNumber: { label: t`Number`, kind: "text", longest: 200 },
  dueDate: { label: t`Due`, kind: "day" },
  amountDue: { label: t`Amount due`, kind: "amount" },
  buyer: { label: t`Made out to`, kind: "text", longest: 200 },
  taxLines: { label: t`Tax lines`, kind: "lines" },
  items: { label: t`Items`, kind: "lines" },
} satisfies Record<string, Entry>;

type Name = keyof typeof GIVEN;

/** Where the form shows them. */
export const GROUPS: Record<"main" | "coding" | "details", Name[]> = {
  main: ["merchant", "date", "category", "tags", "note"],
  coding: ["projectId", "clientId", "paymentMethod", "paidBy", "costCenter", "billable"],
  details: ["registeredName", "documentKind", "receiptNumber", "dueDate", "amountDue", "buyer"],
};

/** A change of these needs a reason. */
export const MONEY: Name[] = ["date", "total", "tax", "currency"];

/** What an approved expense is sorted by. */
export const SORTED: Name[] = ["category", "tags", "note", "projectId", "clientId", "costCenter", "billable"];
