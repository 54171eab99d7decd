/** What a month needs before it is closed, line by line. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { leftOf, linesOf } from "../../public/js/months/lines.ts";
import { yearsOf } from "../../public/js/months/years.ts";

const DAYS = { from: "2026-10-01", to: "2026-10-31" };
const NOTHING = {
  waiting: { runs: { processing: 0, needsReview: 0, failed: 0, sentBack: 0 } },
  gaps: [],
  expenses: 3,
  unexported: 0,
  bank: { open: 0, owed: 0, uncovered: [] },
  tax: { country: "DE", open: [] },
};

const lines = (found) => linesOf({ ...NOTHING, ...found }, "2026-10", DAYS);
const line = (found, name) => lines(found).find((each) => each.name === name);

test("a month of which all is done has each line green, in the order of the work", () => {
  const all = lines({});
  assert.deepEqual(
    all.map(({ name }) => name),
    [
      "read",
      "reviewed",
      "categorised",
      "converted",
      "duplicates",
      "approved",
      "bank",
      "owed",
      "tax",
      "exported",
    ],
  );
  assert.ok(all.every(({ isDone }) => isDone));
});

test("what is missing is counted, and its line leads there", () => {
  const filter = { ...DAYS, missing: ["category"] };
  const { isDone, says, href } = line(
    { gaps: [{ gap: "category", count: 2, filter }] },
    "categorised",
  );
  assert.equal(isDone, false);
  assert.equal(says, "2 expenses have no category");
  assert.equal(href, "/expenses?from=2026-10-01&to=2026-10-31&missing=category");
});

test("entertainment stands there while a note lacks its occasion and guests", () => {
  const filter = { ...DAYS, category: ["Dinner"] };
  const { isDone, href } = line({ gaps: [{ gap: "occasion", count: 1, filter }] }, "occasion");
  assert.equal(isDone, false);
  assert.equal(href, "/expenses?from=2026-10-01&to=2026-10-31&category=Dinner");
  assert.equal(line({}, "occasion"), undefined);
});

test("who paid stands there while the bank and an expense contradict each other", () => {
  const filter = { id: ["exp_1"] };
  const { isDone, href } = line({ gaps: [{ gap: "payer", count: 1, filter }] }, "payer");
  assert.equal(isDone, false);
  assert.equal(href, "/expenses?id=exp_1");
  assert.equal(line({}, "payer"), undefined);
});

test("a receipt that failed comes before those that are being read", () => {
  const runs = { processing: 2, needsReview: 0, failed: 1, sentBack: 0 };
  const { isDone, says, href } = line({ waiting: { runs } }, "read");
  assert.equal(isDone, false);
  assert.equal(says, "2 receipts are being read · 1 receipt failed");
  assert.equal(href, "/inbox/failed");
});

test("receipts that wait for review come before expenses that were sent back", () => {
  const filter = { ...DAYS, status: ["in_review"] };
  const both = [
    { gap: "review", count: 1, filter: null },
    { gap: "in_review", count: 2, filter },
  ];
  assert.equal(line({ gaps: both }, "reviewed").href, "/inbox/review");
  assert.match(line({ gaps: both.slice(1) }, "reviewed").href, /status=in_review/);
});

test("a month is not explained while days lack a statement", () => {
  const bank = { open: 0, owed: 1, uncovered: [{ first: "2026-10-20", last: "2026-10-31" }] };
  assert.equal(line({ bank }, "bank").isDone, false);
  assert.equal(line({ bank }, "owed").says, "1 document is owed by a person");
});

test("who may not see the bank has no line of it, nor a company without a tax country", () => {
  const names = lines({ bank: null, tax: { country: null, open: [] } }).map(({ name }) => name);
  assert.ok(!names.includes("bank"));
  assert.ok(!names.includes("tax"));
});

test("who counts in euros sees what is open of the tax, also before they named a country", () => {
  const tax = { country: null, currency: "EUR", open: [{ reason: "a", says: "", expenses: 6 }] };
  assert.equal(line({ tax }, "tax").says, "6 expenses are open in the tax report");
  assert.match(line({ tax }, "tax").href, /^\/reports\?by=tax/);
  assert.equal(line({ tax: { ...tax, open: [] } }, "tax"), undefined);
  assert.equal(line({ tax: { ...tax, currency: "USD" } }, "tax"), undefined);
});

test("where there is no form of the return, no line of it is claimed", () => {
  const says = (country) => line({ tax: { country, open: [] } }, "tax").says;
  assert.equal(says("DE"), "Each expense has its line of the return");
  assert.equal(
    says("IE"),
    "Each expense is in the tax report; no form of the return of Ireland",
  );
});

test("open points of the tax are summed over their reasons", () => {
  const open = [
    { reason: "a", says: "", expenses: 2 },
    { reason: "b", says: "", expenses: 1 },
  ];
  assert.equal(line({ tax: { country: "DE", open } }, "tax").says, "3 expenses are open in the tax report");
});

test("before it is closed, the same is missing as on the page of the month", () => {
  const bank = { open: 0, owed: 1, uncovered: [{ first: "2026-10-20", last: "2026-10-31" }] };
  const tax = { country: "IE", open: [{ expenses: 3 }] };
  const found = { bank, tax, gaps: [{ gap: "ready", count: 1, filter: DAYS }] };
  assert.deepEqual(
    leftOf(lines(found)).map(({ name, says }) => [name, says]),
    [
      ["approved", "1 expense is not approved"],
      ["bank", "1 period without a statement"],
      ["owed", "1 document is owed by a person"],
      ["tax", "3 expenses are open in the tax report"],
    ],
  );
  assert.deepEqual(leftOf(lines({})), []);
});

test("what is in no export leads to the export of the month", () => {
  const { isDone, href } = line({ unexported: 2 }, "exported");
  assert.equal(isDone, false);
  assert.equal(href, "/exports?from=2026-10-01&to=2026-10-31");
});

test("the line of the tax leads to the tax report of the month's days", () => {
  const tax = { country: "DE", open: [{ reason: "no_rate", expenses: 2 }] };
  assert.equal(line({ tax }, "tax").href, "/reports?by=tax&from=2026-10-01&to=2026-10-31");
  assert.equal(line({ tax }, "tax").isDone, false);
});

test("months with expenses stand by their years, the newest first", () => {
  const row = (key, count) => ({ key, totals: { count } });
  const rows = [row("2018-03", 5), row("2018-04", 1), row("2019-03", 0), row("2026-10", 2)];
  assert.deepEqual(yearsOf(rows), [
    { year: "2026", months: [{ key: "2026-10", count: 2 }] },
    {
      year: "2018",
      months: [
        { key: "2018-04", count: 1 },
        { key: "2018-03", count: 5 },
      ],
    },
  ]);
});
