// @ts-check
/** The days that are handed on, or closed: a month, any days, or all of them. */

import { daysOf } from "../values/period.js";
import { DayField, Field, SelectField } from "../parts/fields.js";
import { dayOf, readDay, today, writtenDay } from "../values/day.js";
import { html, t } from "../words.js";

/** @typedef {"month" | "days" | "all"} Kind */
/** @typedef {{ kind: Kind, month: string, from: string, to: string }} Period as it is typed */
/** @typedef {{ from?: string, to?: string }} Days first and last, YYYY-MM-DD */

/** @type {{ value: Kind, label: string }[]} */
const KINDS = [
  { value: "month", label: t`A month` },
  { value: "days", label: t`From – to` },
  { value: "all", label: t`All days` },
];

/** @returns {Period} this month */
export function thisMonth() {
  return { kind: "month", month: today().slice(0, "2026-03".length), from: "", to: "" };
}

/**
 * @param {{ from?: string, to?: string }} asked of a list of expenses: days, months or years
 * @returns {Period | null} null where it asks for no days
 */
export function periodOf({ from, to }) {
  if (!from && !to) return null;
  return { kind: "days", month: "", from: from ? writtenDay(dayOf(from, "first")) : "", to: to ? writtenDay(dayOf(to, "last")) : "" };
}

/**
 * @param {Period} period
 * @returns {{ days: Days, problems: Record<string, string> }} what is to be put right, by the field's name
 */
export function readPeriod({ kind, month, from, to }) {
  if (kind === "all") return { days: {}, problems: {} };
  if (kind === "month") return { days: month ? daysOf(month) : {}, problems: {} };
  const read = { from: readDay(from), to: readDay(to) };
  const problems = Object.entries(read).flatMap(([name, { problem }]) => (problem ? [[name, problem]] : []));
  const days = Object.entries(read).flatMap(([name, { value }]) => (value ? [[name, value]] : []));
  return { days: Object.fromEntries(days), problems: Object.fromEntries(problems) };
}

/**
 * @param {object} props
 * @param {Period} props.period
 * @param {(period: Period) => void} props.onPeriod
 * @param {Record<string, string>} props.problems by `from` and `to`
 * @param {string} props.label of the month's field
 * @param {string} [props.hint] of the month's field
 * @param {boolean} [props.hasAll] whether all days can be chosen
 */
export function PeriodFields({ period, onPeriod, problems, label, hint, hasAll = true }) {
  const onMonth = (/** @type {Event} */ event) =>
    onPeriod({ ...period, month: /** @type {HTMLInputElement} */ (event.target).value });
  /** @param {"from" | "to"} name */
  const day = (name) => ({
    value: period[name],
    onValue: (/** @type {string} */ value) => onPeriod({ ...period, [name]: value }),
    problem: problems[name] ?? null,
  });
  const onKind = (/** @type {Kind} */ kind) => onPeriod(kind === "days" ? { ...period, ...daysFrom(period), kind } : { ...period, kind });
  return html`
    <${SelectField} label="Days" value=${period.kind} options=${hasAll ? KINDS : KINDS.slice(0, 2)} onValue=${onKind} />
    ${period.kind === "month" &&
    html`
      <${Field} label=${label} hint=${hint} problem=${problems.from ?? problems.to ?? null}>
        ${(/** @type {Record<string, unknown>} */ given) =>
          html`<input type="month" placeholder="YYYY-MM" value=${period.month} onInput=${onMonth} ...${given} />`}
      <//>
    `}
    ${period.kind === "days" &&
    html`
      <${DayField} label="From" ...${day("from")} />
      <${DayField} label="To" ...${day("to")} />
    `}
  `;
}

/** The month that was chosen, as its days, where none were typed. @param {Period} period @returns {Days} */
function daysFrom({ month, from, to }) {
  const days = daysOf(month);
  return from || to || !days.from ? {} : { from: writtenDay(days.from), to: writtenDay(days.to) };
}
