// What is said of a report in place of its chart: a whole sentence each.

import assert from "node:assert/strict";
import test from "node:test";

import { chartOf } from "../../public/js/expenses/reports/chart-data.ts";
import { monthNamed } from "../../public/js/values/month-names.ts";

const totals = (total) => ({ count: 2, currencies: [{ currency: "EUR", total, tax: "0.00", count: 2 }], base: { currency: "EUR", total, tax: "0.00", count: 2 } });
const row = (key, total, yearBefore = null) => ({ key, label: key, filter: null, totals: totals(total), yearBefore });

test("months are said from the first to the last, beside the year before", () => {
  const rows = [row("2026-01", "10.00", totals("4.00")), row("2026-02", "30.00", totals("5.00"))];
  const { sentence } = chartOf({ by: "month", rows, totals: totals("40.00") });
  assert.match(sentence, /^Totals in EUR by month, .*2026 to .*2026\. Highest: .*30\.00.*\. Total .*40\.00.*, the year before .*9\.00.*\. The table/);
});

test("categories have no first and last", () => {
  const { sentence } = chartOf({ by: "category", rows: [row("Meals", "10.00"), row("Travel", "3.00")], totals: totals("13.00") });
  assert.match(sentence, /^Totals in EUR by category\. Highest: Meals, .*\. Total .*13\.00\. The table/);
});

test("a month is found by its name, and is the latest that has begun", () => {
  const now = "2026-03-14";
  /** What is typed, and the month. */
  const months = { march: "2026-03", Apr: "2025-04", "dec.": "2025-12", "mar 2018": "2018-03", "this month": "2026-03", "last month": "2026-02" };
  for (const [typed, month] of Object.entries(months)) assert.equal(monthNamed(typed, now), month, typed);
  assert.equal(monthNamed("last month", "2026-01-31"), "2025-12");
  for (const typed of ["", "ma", "marble", "mars bar", "2018", "march of 2018"]) assert.equal(monthNamed(typed, now), null, typed);
});
