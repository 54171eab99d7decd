/** What is asked for, as chips: each leads to what is asked without it. */

import { counted } from "../format.ts";
import { ChipList } from "../parts/chips.tsx";
import { writtenAmount } from "../values/amount.ts";
import { writtenDay } from "../values/day.ts";
import { monthInWords } from "../values/month-names.ts";
import { addressOf, LABELS, MISSING, partsOf, STANDINGS, STATUSES } from "./asked.ts";
import { nameOf } from "./table/names.ts";
import { t } from "../words.ts";
import type { Narrowed, Name } from "./asked.ts";

export function Chips({
  asked,
  at = "/expenses",
  hasText = false,
}: {
  asked: Narrowed;
  /** the path that the chips lead to */
  at?: string;
  /** whether the text has a chip too, where it stands in no field */
  hasText?: boolean;
}) {
  const text =
    hasText && asked.q
      ? [{ name: "q" as const, value: asked.q, without: { ...asked, q: undefined } }]
      : [];
  const selected = asked.id
    ? [
        {
          name: "id" as const,
          value: String(asked.id.length),
          without: { ...asked, id: undefined },
        },
      ]
    : [];
  const month = monthOf(asked);
  const whole = month
    ? [
        {
          name: "from" as const,
          value: month,
          without: { ...asked, from: undefined, to: undefined },
        },
      ]
    : [];
  const others = partsOf({ ...asked, id: undefined }).filter(
    ({ name }) => !month || (name !== "from" && name !== "to"),
  );
  const parts = [...text, ...whole, ...others, ...selected];
  const chips = parts.map(({ name, value, without }) => ({
    says: value === month ? monthInWords(value) : wordsOf(name, value),
    href: addressOf(without, at),
  }));
  return <ChipList chips={chips} all={addressOf({ sort: asked.sort }, at)} />;
}

/** The month that the days are, whole; else nothing. */
function monthOf({ from, to }: Narrowed) {
  if (!from?.endsWith("-01") || to?.slice(0, 7) !== from.slice(0, 7)) return null;
  const [year = 0, month = 0] = from.split("-").map(Number);
  return Number(to.slice(8)) === new Date(Date.UTC(year, month, 0)).getUTCDate()
    ? from.slice(0, 7)
    : null;
}

function wordsOf(name: Name, value: string) {
  if (name === "id") return t`${counted(Number(value), "expense")} selected`;
  if (name === "missing" && value === "category") return t`No category`;
  if (name === "is") return labelOf(name, value);
  const beyond = name === "min" ? lessBy(value, 1) : name === "max" ? lessBy(value, -1) : null;
  if (beyond !== null)
    return name === "min"
      ? t`More than ${writtenAmount(beyond)}`
      : t`Less than ${writtenAmount(beyond)}`;
  return `${LABELS[name]}: ${labelOf(name, value)}`;
}

/**
 * "More than 50" is asked for as at least 50.0001, since no total has so many decimals.
 *
 * @param value a decimal string
 * @param by ten-thousandths
 * @returns the amount that is meant; null where it is the value itself
 */
function lessBy(value: string, by: number): string | null {
  const minor = Math.round(Number(value) * 10_000);
  if (minor % 100 === 0) return null;
  const meant = minor - by;
  return meant % 100 === 0 ? (meant / 10_000).toFixed(2).replace(/\.00$/, "") : null;
}

/** @returns as people call it */
export function labelOf(name: string, value: string): string {
  if (name === "min" || name === "max") return writtenAmount(value);
  if (name === "from" || name === "to") return writtenDay(value);
  if (name === "person") return nameOf(value) ?? t`somebody`;
  const options =
    name === "status" ? STATUSES : name === "missing" ? MISSING : name === "is" ? STANDINGS : [];
  return options.find((option) => option.value === value)?.label ?? value;
}
