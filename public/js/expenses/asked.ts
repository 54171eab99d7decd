/** The filter of expenses as it stands in the address: the same names as in the API. */

import { FILTER_LABELS, FILTERS } from "./filters.ts";
import { STATES } from "../labels.ts";
import { t } from "../words.ts";

/** Names with one value, and names that may be given several times. */
const ONE = ["q", "from", "to", "min", "max", "sort"] as const;
export const SEVERAL = [
  "currency",
  "category",
  "tag",
  "person",
  ...FILTERS,
  "status",
  "missing",
  "is",
  "id",
] as const;

export type Name = (typeof ONE)[number] | (typeof SEVERAL)[number];
export type Asked = { [K in (typeof ONE)[number]]?: string } & {
  [K in (typeof SEVERAL)[number]]?: string[];
};

/** What is asked, where something may be taken out of it. */
export type Narrowed = { [K in keyof Asked]?: Asked[K] | undefined };

/** What a filter is called on its chip. */
export const LABELS: Record<Name, string> = {
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

export const STATUSES = (["ready", "in_review", "approved", "voided"] as const).map((value) => ({
  value,
  label: STATES[value],
}));

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

/** @param query of the address */
export function askedIn(query: URLSearchParams): Asked {
  const asked: Asked = {};
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
 * @param asked names of the filter alone: another one would be dropped
 * @param at the path of the view
 * @returns the address of the expenses that it chooses
 */
export function addressOf(
  asked: { [K in Name]?: string | string[] | undefined },
  at: string = "/expenses",
): string {
  const query = new URLSearchParams();
  // Always in one order, so that addresses can be compared.
  for (const name of [...ONE, ...SEVERAL]) {
    const value = asked[name];
    for (const each of Array.isArray(value) ? value : [value]) if (each) query.append(name, each);
  }
  const text = query.toString();
  return text ? `${at}?${text}` : at;
}

/** What is asked, one by one, each with what is asked without it. */
export function partsOf(asked: Narrowed): { name: Name; value: string; without: Narrowed }[] {
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
