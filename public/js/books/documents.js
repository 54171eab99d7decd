// @ts-check
/** A document as the books have it, or are to have it, in words. Pure. */

import { date, money } from "../format.js";
import { fromMinor } from "../values/amount.js";
import { t } from "../words.js";

/** @typedef {Record<string, any>} Fields of a document, amounts in minor units */
/** @typedef {{ contacts: Record<string, string>, accounts?: Record<string, string>, taxCodes?: Record<string, string> }} Names what the books call things, by their ids and codes there */
/** @typedef {{ label: string, text: string }} Said */

/** @type {Record<string, string>} */
const KINDS = { bill: t`Bill`, credit_note: t`Credit note`, invoice: t`Sales invoice`, invoice_credit: t`Credit of an invoice` };
/** @type {Record<string, string>} */
const LABELS = { contact: t`Contact`, number: t`Number`, issued: t`Dated`, due: t`Due`, total: t`Total`, currency: t`Currency`, lines: t`Lines`, kind: t`Kind`, reference: t`Reference` };
/** In the order in which people read them. */
const ORDER = ["contact", "number", "issued", "due", "total", "lines"];
const NEW_CONTACT = /^a new contact: /;

/** @param {string} kind */
export function kindName(kind) {
  return KINDS[kind] ?? kind;
}

/** @param {string} field @returns {string} */
export function fieldName(field) {
  return LABELS[field] ?? field.replace(/([A-Z])/g, " $1").toLowerCase().replace(/^./, (first) => first.toUpperCase());
}

/** @param {unknown} minor @param {string} currency @returns {string} */
export function amountOf(minor, currency) {
  return typeof minor === "number" ? money(fromMinor(minor, currency), currency) : String(minor);
}

/**
 * @param {string} field
 * @param {unknown} value
 * @param {Fields} fields of the document that it is of
 * @param {Names} names
 * @returns {string[]} a text for each line of it
 */
export function valueOf(field, value, fields, names) {
  const currency = String(fields["currency"] ?? "");
  if (value === null || value === undefined || value === "") return ["nothing"];
  if (field === "contact") return [contactOf(String(value), names)];
  if (field === "issued" || field === "due") return [date(String(value))];
  if (field === "total") return [amountOf(value, currency)];
  if (field === "lines" && Array.isArray(value)) return value.map((line) => lineOf(line, currency, names));
  return [typeof value === "object" ? JSON.stringify(value) : String(value)];
}

/** @param {string} contact @param {Names} names */
function contactOf(contact, { contacts }) {
  if (NEW_CONTACT.test(contact)) return t`${contact.replace(NEW_CONTACT, "")} (a new contact)`;
  return contacts[contact] ?? contact;
}

/** @param {string | null} account @param {string | null} taxCode @param {Names} names @returns {(string | null)[]} as the books call them */
function codesOf(account, taxCode, { accounts, taxCodes }) {
  return [account && (accounts?.[account] ?? account), taxCode && (taxCodes?.[taxCode] ?? taxCode)];
}

/** @param {Fields} line @param {string} currency @param {Names} names @returns {string} "Cafe, Meals · €10.50 + €2.00 tax · 6640 Meals · V19" */
export function lineOf({ description, net, tax, account, taxCode, ...more }, currency, names) {
  const amounts = tax ? t`${amountOf(net, currency)} + ${amountOf(tax, currency)} tax` : amountOf(net, currency);
  const added = Object.entries(more).map(([name, value]) => `${fieldName(name)}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return [description, amounts, ...codesOf(account, taxCode, names), ...added].filter(Boolean).join(" · ");
}

/**
 * @param {Fields} document
 * @param {Names} names
 * @returns {{ title: string, amount: string, says: string, lines: { description: string, amount: string, codes: string }[] }}
 */
export function shownOf(document, names) {
  const { kind, number, contact, issued, due, currency, total, lines = [] } = document;
  const days = issued === due ? date(issued) : t`${date(issued)}, due ${date(due)}`;
  return {
    title: `${kindName(kind)} ${number}`,
    amount: amountOf(total, currency),
    says: `${contactOf(String(contact), names)} · ${days}`,
    lines: lines.map((/** @type {Fields} */ line) => ({
      description: line["description"],
      amount: line["tax"] ? `${amountOf(line["net"], currency)} + ${amountOf(line["tax"], currency)}` : amountOf(line["net"], currency),
      codes: codesOf(line["account"], line["taxCode"] ?? t`no tax code`, names).join(" · "),
    })),
  };
}

/**
 * Both sides of a document, field by field; what differs is marked, also where only ours changed.
 *
 * @param {Fields} ours
 * @param {Fields | null} theirs
 * @param {Set<string>} apart fields that differ
 * @param {Names} names
 * @returns {{ field: string, label: string, ours: string[], theirs: string[], isApart: boolean }[]}
 */
export function sidesOf(ours, theirs, apart, names) {
  const fields = [...ORDER, ...[...apart].filter((name) => !ORDER.includes(name) && name !== "currency")];
  if (apart.has("currency")) fields.push("currency");
  return fields.map((field) => {
    const mine = valueOf(field, ours[field], ours, names);
    const other = theirs ? valueOf(field, theirs[field], theirs, names) : [];
    const isApart = apart.has(field) || (theirs !== null && mine.join("\n") !== other.join("\n"));
    return { field, label: fieldName(field), ours: mine, theirs: other, isApart };
  });
}
