/** A document as the books have it, or are to have it, in words. Pure. */

import { date, money } from "../format.ts";
import { fromMinor } from "../values/amount.ts";
import { t } from "../words.ts";

/** Of a document, amounts in minor units */
type Fields = Record<string, any>;
/** What the books call things, by their ids and codes there */
type Names = {
  contacts: Record<string, string>;
  accounts?: Record<string, string>;
  taxCodes?: Record<string, string>;
};

const KINDS: Record<string, string> = {
  bill: t`Bill`,
  credit_note: t`Credit note`,
  invoice: t`Sales invoice`,
  invoice_credit: t`Credit of an invoice`,
};
const LABELS: Record<string, string> = {
  contact: t`Contact`,
  number: t`Number`,
  issued: t`Dated`,
  due: t`Due`,
  total: t`Total`,
  currency: t`Currency`,
  lines: t`Lines`,
  kind: t`Kind`,
  reference: t`Reference`,
};
/** In the order in which people read them. */
const ORDER = ["contact", "number", "issued", "due", "total", "lines"];
const NEW_CONTACT = /^a new contact: /;

export function kindName(kind: string) {
  return KINDS[kind] ?? kind;
}

export function fieldName(field: string): string {
  return (
    LABELS[field] ??
    field
      .replace(/([A-Z])/g, " $1")
      .toLowerCase()
      .replace(/^./, (first) => first.toUpperCase())
  );
}

export function amountOf(minor: unknown, currency: string): string {
  return typeof minor === "number" ? money(fromMinor(minor, currency), currency) : String(minor);
}

/**
 * @param fields of the document that it is of
 * @returns a text for each line of it
 */
export function wordsOfValue(
  field: string,
  value: unknown,
  fields: Fields,
  names: Names,
): string[] {
  const currency = String(fields.currency ?? "");
  if (value === null || value === undefined || value === "") return ["nothing"];
  if (field === "contact") return [contactOf(String(value), names)];
  if (field === "issued" || field === "due") return [date(String(value))];
  if (field === "total") return [amountOf(value, currency)];
  if (field === "lines" && Array.isArray(value))
    return value.map((line) => lineOf(line, currency, names));
  return [typeof value === "object" ? JSON.stringify(value) : String(value)];
}

function contactOf(contact: string, { contacts }: Names) {
  if (NEW_CONTACT.test(contact)) return t`${contact.replace(NEW_CONTACT, "")} (a new contact)`;
  return contacts[contact] ?? contact;
}

/** @returns as the books call them */
function codesOf(
  account: string | null,
  taxCode: string | null,
  { accounts, taxCodes }: Names,
): (string | null)[] {
  return [account && (accounts?.[account] ?? account), taxCode && (taxCodes?.[taxCode] ?? taxCode)];
}

/** @returns "Cafe, Meals · €10.50 + €2.00 tax · 6640 Meals · V19" */
export function lineOf(
  { description, net, tax, account, taxCode, ...more }: Fields,
  currency: string,
  names: Names,
): string {
  const amounts = tax
    ? t`${amountOf(net, currency)} + ${amountOf(tax, currency)} tax`
    : amountOf(net, currency);
  const added = Object.entries(more).map(
    ([name, value]) =>
      `${fieldName(name)}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return [description, amounts, ...codesOf(account, taxCode, names), ...added]
    .filter(Boolean)
    .join(" · ");
}

export function shownOf(
  document: Fields,
  names: Names,
): {
  title: string;
  amount: string;
  says: string;
  lines: { description: string; amount: string; codes: string }[];
} {
  const { kind, number, contact, issued, due, currency, total, lines = [] } = document;
  const days = issued === due ? date(issued) : t`${date(issued)}, due ${date(due)}`;
  return {
    title: `${kindName(kind)} ${number}`,
    amount: amountOf(total, currency),
    says: `${contactOf(String(contact), names)} · ${days}`,
    lines: lines.map((line: Fields) => ({
      description: line.description,
      amount: line.tax
        ? `${amountOf(line.net, currency)} + ${amountOf(line.tax, currency)}`
        : amountOf(line.net, currency),
      codes: codesOf(line.account, line.taxCode ?? t`no tax code`, names).join(" · "),
    })),
  };
}

/**
 * Both sides of a document, field by field; what differs is marked, also where only ours changed.
 *
 * @param apart fields that differ
 */
export function sidesOf(
  ours: Fields,
  theirs: Fields | null,
  apart: Set<string>,
  names: Names,
): { field: string; label: string; ours: string[]; theirs: string[]; isApart: boolean }[] {
  const fields = [
    ...ORDER,
    ...[...apart].filter((name) => !ORDER.includes(name) && name !== "currency"),
  ];
  if (apart.has("currency")) fields.push("currency");
  return fields.map((field) => {
    const mine = wordsOfValue(field, ours[field], ours, names);
    const other = theirs ? wordsOfValue(field, theirs[field], theirs, names) : [];
    const isApart = apart.has(field) || (theirs !== null && mine.join("\n") !== other.join("\n"));
    return { field, label: fieldName(field), ours: mine, theirs: other, isApart };
  });
}
