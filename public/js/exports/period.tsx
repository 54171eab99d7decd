/** The days that are handed on, or closed: a month, any days, or all of them. */

import { monthAfter } from "../bank/completeness.ts";
import { monthInWords, readMonth, writtenMonth } from "../values/month-names.ts";
import { daysOf } from "../values/period.ts";
import { DayField, MonthField, SelectField } from "../parts/fields.tsx";
import { dayOf, readDay, today, writtenDay } from "../values/day.ts";
import { t } from "../words.ts";

type Kind = "month" | "days" | "all";
/** As it is typed */
type Period = { kind: Kind; month: string; from: string; to: string };
/** First and last, YYYY-MM-DD */
export type Days = { from?: string; to?: string };

const KINDS: { value: Kind; label: string }[] = [
  { value: "month", label: t`A month` },
  { value: "days", label: t`From – to` },
  { value: "all", label: t`All days` },
];

/** @returns the last month, which the end of a month opens with too: this one has not ended */
export function lastMonth(): Period {
  const month = monthAfter(today().slice(0, "2026-03".length), -1);
  return monthly(month);
}

/** @param month YYYY-MM */
export function monthly(month: string): Period {
  return { kind: "month", month: writtenMonth(month), from: "", to: "" };
}

/**
 * @param asked of a list of expenses: days, months or years
 * @returns null where it asks for no days
 */
export function periodOf({ from, to }: { from?: string; to?: string }): Period | null {
  if (!from && !to) return null;
  return {
    kind: "days",
    month: "",
    from: from ? writtenDay(dayOf(from, "first")) : "",
    to: to ? writtenDay(dayOf(to, "last")) : "",
  };
}

/** @returns what is to be put right, by the field's name */
export function readPeriod({ kind, month, from, to }: Period): {
  days: Days;
  problems: Record<string, string>;
} {
  if (kind === "all") return { days: {}, problems: {} };
  if (kind === "month") {
    const named = readMonth(month);
    if (month.trim() && !named)
      return { days: {}, problems: { from: t`Write a month such as ${monthInWords("2026-03")}.` } };
    return { days: named ? daysOf(named) : {}, problems: {} };
  }
  const read = { from: readDay(from), to: readDay(to) };
  const problems = Object.entries(read).flatMap(([name, { problem }]) =>
    problem ? [[name, problem]] : [],
  );
  const days = Object.entries(read).flatMap(([name, { value }]) => (value ? [[name, value]] : []));
  return { days: Object.fromEntries(days), problems: Object.fromEntries(problems) };
}

export function PeriodFields({
  period,
  onPeriod,
  problems,
  label,
  hint,
  hasAll = true,
}: {
  period: Period;
  onPeriod: (period: Period) => void;
  /** by `from` and `to` */
  problems: Record<string, string>;
  /** of the month's field */
  label: string;
  /** of the month's field */
  hint?: string;
  /** whether all days can be chosen */
  hasAll?: boolean;
}) {
  const day = (name: "from" | "to") => ({
    value: period[name],
    onValue: (value: string) => onPeriod({ ...period, [name]: value }),
    problem: problems[name] ?? null,
  });
  const onKind = (kind: Kind) =>
    onPeriod(kind === "days" ? { ...period, ...daysFrom(period), kind } : { ...period, kind });
  return (
    <>
      <SelectField
        label="Days"
        value={period.kind}
        options={hasAll ? KINDS : KINDS.slice(0, 2)}
        onValue={onKind}
      />
      {period.kind === "month" && (
        <MonthField
          label={label}
          hint={hint}
          problem={problems.from ?? problems.to ?? null}
          value={period.month}
          onValue={(month) => onPeriod({ ...period, month })}
        />
      )}
      {period.kind === "days" && (
        <>
          <DayField label="From" {...day("from")} />
          <DayField label="To" {...day("to")} />
        </>
      )}
    </>
  );
}

/** The month that was chosen, as its days, where none were typed. */
function daysFrom({ month, from, to }: Period): Days {
  const days = daysOf(readMonth(month));
  return from || to || !days.from ? {} : { from: writtenDay(days.from), to: writtenDay(days.to) };
}
