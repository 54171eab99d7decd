/** The columns of the table of expenses, and which of them a person has chosen on this device. */

import { signal } from "@preact/signals";

import { session } from "../../state/session.ts";
import { t } from "../../words.ts";

export interface Column {
  name: string;
  label: string;
  /** a track of a grid */
  width: string;
  /** the order by it, by the API's name */
  sort?: string;
  isAlways?: boolean;
}

/** In their order. */
export const COLUMNS: Column[] = [
  { name: "document", label: t`Document`, width: "40px" },
  {
    name: "merchant",
    label: t`Merchant`,
    width: "minmax(150px, 2fr)",
    sort: "merchant",
    isAlways: true,
  },
  { name: "category", label: t`Category`, width: "minmax(130px, 1fr)" },
  { name: "tags", label: t`Tags`, width: "minmax(80px, 0.7fr)" },
  { name: "client", label: t`Client`, width: "minmax(80px, 0.7fr)" },
  { name: "project", label: t`Project`, width: "minmax(80px, 0.7fr)" },
  { name: "paidBy", label: t`Paid by`, width: "88px" },
  { name: "number", label: t`Number`, width: "minmax(80px, 0.7fr)" },
  { name: "person", label: t`Person`, width: "minmax(104px, 0.8fr)" },
  { name: "date", label: t`Date`, width: "112px", sort: "date" },
  { name: "stage", label: t`Status`, width: "132px" },
  { name: "amount", label: t`Amount`, width: "132px", sort: "total", isAlways: true },
];

const FIRST = ["document", "category", "person", "date", "stage"];

/** Those that were chosen, by name. */
const chosen = signal<{ key: string; names: string[] } | null>(null);

function key() {
  return `tillroll.expense-columns.${session.value?.user.id ?? ""}`;
}

/** @returns the names of those that can be left out and are shown */
export function chosenColumns(): string[] {
  if (chosen.value?.key === key()) return chosen.value.names;
  return localStorage.getItem(key())?.split(" ") ?? FIRST;
}

/** @returns those that are shown */
export function shownColumns(): Column[] {
  const names = chosenColumns();
  return COLUMNS.filter(({ name, isAlways }) => isAlways || names.includes(name));
}

export function showColumn(name: string, isShown: boolean) {
  const names = [...chosenColumns().filter((each) => each !== name), ...(isShown ? [name] : [])];
  localStorage.setItem(key(), names.join(" "));
  chosen.value = { key: key(), names };
}
