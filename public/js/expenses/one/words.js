// @ts-check
/** Values of an expense in words: in its history, and where two versions stand side by side. */

import { date, money, UNKNOWN } from "../../format.js";
import { readTyped, SPECS, typedFrom } from "./fields.js";
import { t } from "../../words.js";

/** @import { ExpenseChange } from "../../api/types.js" */
/** @import { Name } from "./fields.js" */

/** @type {Record<string, string>} */
export const STATUSES = { ready: t`Ready`, in_review: t`In review`, approved: t`Approved`, voided: t`Voided` };

/** @type {Record<string, string>} */
const ACTS = {
  edited: t`Changed`,
  client: t`Client set`,
  billable: t`Billable set`,
  paid_by: t`Payer set`,
  category: t`Category set`,
  tags: t`Tags set`,
  sent_back: t`Sent back to review`,
  confirmed: t`Confirmed`,
  voided: t`Voided`,
  restored: t`Restored`,
  undone: t`Taken back`,
  unapproved: t`The approval taken back`,
  unrejected: t`The refusal taken back`,
  merged: t`Voided as a duplicate`,
  parted: t`Told apart again`,
  reviewed: t`Corrected in the review`,
  reviewed_as_read: t`Approved in the review as it was read`,
};

/** @param {string} kind of a change */
export function actOf(kind) {
  const plain = kind.replaceAll("_", " ");
  return ACTS[kind] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/**
 * Whether a change can be taken back: the newest one can, but no approval comes back by it.
 *
 * @param {ExpenseChange} change
 * @param {number} version of the expense
 */
export function canBeUndone({ version: its, values }, version) {
  return its === version && values.length > 0 && !values.some(({ field, old }) => field === "status" && old === "approved");
}

/** What no field of the form says by itself. @type {Record<string, string>} */
const LABELS = { status: t`Status`, client: t`Client`, project: t`Project` };

/** Of a client and a project the history has ids too, which people do not read. @param {{ field: string }} value */
export function isRead({ field }) {
  return field !== "clientId" && field !== "projectId";
}

/** @param {string} field by the API's name */
export function labelOf(field) {
  return LABELS[field] ?? (SPECS[/** @type {Name} */ (field)]?.label ?? field);
}

/**
 * @param {string} field
 * @param {unknown} value as the API has it, or as it is typed
 * @returns {string}
 */
export function inWords(field, value) {
  if (value === true || value === "yes") return t`Yes`;
  if (value === false || (field === "billable" && !value)) return t`No`;
  if (Array.isArray(value)) return value.map(lineInWords).join("; ") || UNKNOWN;
  if (value === null || value === undefined || value === "") return UNKNOWN;
  const text = String(value);
  if (field === "status") return STATUSES[text] ?? text;
  const spec = SPECS[/** @type {Name} */ (field)];
  if (spec?.kind === "day") return date(text) === UNKNOWN ? text : date(text);
  return spec?.options?.find((option) => option.value === text)?.label ?? text;
}

/**
 * @param {string} field
 * @param {unknown} value as the API has it
 * @returns {string} with amounts as the reader's locale writes them
 */
export function recordedInWords(field, value) {
  const kind = SPECS[/** @type {Name} */ (field)]?.kind;
  const isMoney = kind === "amount" || (kind === "lines" && Array.isArray(value));
  return inWords(field, isMoney ? typedFrom(/** @type {Name} */ (field), value) : value);
}

/**
 * @param {Name} name
 * @param {unknown} typed as it stands in the form
 * @param {string} currency
 * @returns {string} to read; empty where there is nothing
 */
export function textOf(name, typed, currency) {
  if (!typed) return "";
  const { kind } = SPECS[name];
  if (kind !== "amount" && kind !== "day") return inWords(name, typed);
  const { value } = readTyped(name, String(typed), currency);
  if (typeof value !== "string") return String(typed);
  return kind === "day" ? date(value) : money(value, currency);
}

/** @param {unknown} line a tag, or an object of texts */
function lineInWords(line) {
  if (typeof line !== "object" || line === null) return String(line);
  return Object.values(line).filter(Boolean).join(" ");
}
