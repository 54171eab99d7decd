// @ts-check
/** The filter of expenses as it stands in the address: the same names as in the API. */

import { FILTER_LABELS, FILTERS } from "./filters.js";
import { STAGES } from "../parts/stage.js";
import { t } from "../words.js";

/** Names with one value, and names that may be given several times. */
const ONE = /** @type {const} */ (["q", "from", "to", "min", "max", "sort"]);
export const SEVERAL = /** @type {const} */ (["currency", "category", "tag", "person", ...FILTERS, "status", "missing", "is", "id"]);

/** @typedef {typeof ONE[number] | typeof SEVERAL[number]} Name */
/** @typedef {{ [K in typeof ONE[number]]?: string } & { [K in typeof SEVERAL[number]]?: string[] }} Asked */

/** What a filter is called on its chip. @type {Record<Name, string>} */
export const LABELS = {
  q: t`Text`,
  from: t`From`,
  to: t`To`,
  min: t`At least`,
  max: t`At most`,
  sort: t`Order`,
  currency: t`Currency`,
  category: t`Category`,
  tag: t`Tag`,
  person: t`Person`,
  ...FILTER_LABELS,
  status: t`Status`,
  missing: t`Missing`,
  is: t`What became of it`,
  id: t`Selected`,
};

export const STATUSES = /** @type {const} */ (["ready", "in_review", "approved", "voided"]).map((value) => ({ value, label: STAGES[value] }));

export const MISSING = [
  { value: "category", label: t`Category` },
  { value: "tax", label: t`Tax` },
  { value: "rate", label: t`Exchange rate` },
  { value: "receipt", label: t`Receipt` },
  { value: "number", label: t`Number` },
  { value: "payment", label: t`Payment method` },
];

export const STANDINGS = [
  { value: "exported", label: t`Exported` },
  { value: "claimed", label: t`Billed` },
  { value: "paid", label: t`Paid` },
  { value: "-exported", label: t`Not exported` },
  { value: "-claimed", label: t`Not billed` },
  { value: "-paid", label: t`Not paid` },
];

/**
 * @param {URLSearchParams} query of the address
 * @returns {Asked}
 */
export function askedIn(query) {
  /** @type {Asked} */
  const asked = {};
  for (const name of ONE) {
    const value = query.get(name);
    if (value) asked[name] = value;
  }
  for (const name of SEVERAL) {
    const values = query.getAll(name).filter(Boolean);
    if (values.length > 0) asked[name] = values;
  }
  return asked;
}

/**
 * @param {Record<string, string | string[] | undefined>} asked
 * @param {string} [at] the path of the view
 * @returns {string} the address of the expenses that it chooses
 */
export function addressOf(asked, at = "/expenses") {
  const query = new URLSearchParams();
  // Always in one order, so that addresses can be compared.
  for (const name of [...ONE, ...SEVERAL]) {
    const value = asked[name];
    for (const each of Array.isArray(value) ? value : [value]) if (each) query.append(name, each);
  }
  const text = query.toString();
  return text ? `${at}?${text}` : at;
}

/**
 * What is asked, one by one, each with what is asked without it.
 *
 * @param {Asked} asked
 * @returns {{ name: Name, value: string, without: Asked }[]}
 */
export function partsOf(asked) {
  const several = SEVERAL.flatMap((name) =>
    (asked[name] ?? []).map((value) => ({
      name,
      value,
      without: { ...asked, [name]: asked[name]?.filter((each) => each !== value) },
    })),
  );
  const one = ONE.filter((name) => asked[name] && name !== "sort" && name !== "q").map((name) => ({
    name,
    value: asked[name] ?? "",
    without: { ...asked, [name]: undefined },
  }));
  return [...one, ...several];
}
