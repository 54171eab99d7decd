// What the page computes for expenses, reports and the ledger.
import assert from "node:assert/strict";
import { test } from "node:test";
import { date, withDays } from "../../public/js/format.ts";
import { leftOf, sumOf } from "../../public/js/values/decimals.ts";
import { causeOf, dayAfter } from "../../public/js/ledger/amounts.ts";
import { askable, pickerOf } from "../../public/js/values/period.ts";

// A total, the parts that are distributed, and the remainder.
const LEFT = [
  ["10.00", ["4.00", "6.00"], "0.00"],
  ["10.01", ["4", "0"], "6.01"],
  ["1.00", ["0.1", "0.2"], "0.70"],
  ["-12.90", ["-10.00"], "-2.90"],
  ["0.05", ["0.10"], "-0.05"],
  ["100", ["33", "33"], "34"],
  ["12345678901234.567", ["0.001"], "12345678901234.566"],
  ["5.00", [], "5.00"],
];
// The bound of a report, what is asked of the API, and the kind of field that shows it.
const BOUNDS = [
  ["", "", "month"],
  ["2026-03", "2026-03", "month"],
  ["2026-13", "2026-13", "month"],
  ["2026-03-05", "2026-03-05", "date"],
  ["2026", "2026", "month"],
  ["2026-0", "", "month"],
  ["March", "", "month"],
];

for (const [total, parts, remainder] of LEFT) {
  test(`the remainder of ${total} without ${parts.join(" and ") || "nothing"} is exact`, () => {
    assert.equal(leftOf(total, parts), remainder);
  });
}

for (const [parts, sum] of [
  [["12.90", "10.00"], "22.90"],
  [["0.1", "0.20", "-1"], "-0.70"],
  [["700", "1"], "701"],
  [[], "0"],
]) {
  test(`the sum of ${parts.join(" and ") || "nothing"} is exact`, () => {
    assert.equal(sumOf(parts), sum);
  });
}

// A day in the address of a report was left out, and the field stood empty.
for (const [bound, asked, type] of BOUNDS) {
  test(`a report of days asks for ${JSON.stringify(bound)}`, () => {
    assert.equal(askable(bound), asked);
    assert.equal(pickerOf(bound), type);
  });
}

test("an entry of the ledger leads to its cause", () => {
  const ofClaim = { otherAccount: "claims:received:EUR" };
  const ofPayout = { otherAccount: "payouts:company:EUR" };
  const entries = [
    { transaction: "run_1A:issue", ...ofClaim },
    { transaction: "run_1A:payment:k", transfer: "run_1A:payment:k:1", ...ofClaim },
    { transaction: "run_1A:debit", ...ofPayout },
    { transaction: "run_1A:debit:rollback:left", ...ofPayout },
    { transaction: "run_1A:of-another", otherAccount: "mine" },
    // Only what a run has booked is its: an id in somebody's own reference may be of nothing.
    { transaction: "t-1", transfer: "t-1", reference: "run_1A", ...ofClaim },
    { transaction: "t-2", transfer: "t-2", reference: null, ...ofClaim },
  ];
  assert.deepEqual(
    entries.map(causeOf).map(({ words, href }) => [words, href]),
    [
      ["Invoice: issued", "/claims/run_1A"],
      ["Invoice: a payment came in", "/claims/run_1A"],
      ["Payout: taken from the company's account", "/runs/run_1A"],
      ["Payout: the payment had left before it was stopped", "/runs/run_1A"],
      ["A run", "/runs/run_1A"],
      ["run_1A", null],
      ["t-2", null],
    ],
  );
});

test("the day after", () => {
  const days = ["2026-02-28", "2026-12-31", "", "2026-02", "9999-99-99"].map(dayAfter);
  assert.deepEqual(days, ["2026-03-01", "2027-01-01", "", "2026-02", "9999-99-99"]);
});

test("days in a sentence of the Worker are shown as days elsewhere are", () => {
  assert.equal(withDays("It is in a closed period (2026-02-01 to 2026-02-28): change it by itself."), `It is in a closed period (${date("2026-02-01")} to ${date("2026-02-28")}): change it by itself.`);
  assert.equal(withDays("No. 2026-13-45 is no day, and 12026-02-011 is none."), "No. 2026-13-45 is no day, and 12026-02-011 is none.");
});
