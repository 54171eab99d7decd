/** What a country's company is told: its own law, or none. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { dueOptions, mayHaveDatev, vatIdHint } from "../../public/js/values/countries.ts";

test("only a German company reads of German law", () => {
  const paid = (country) => dueOptions(country).find(({ value }) => value === "payment").label;
  assert.equal(paid("DE"), "With the payment (section 20 UStG, cash accounting)");
  assert.equal(paid("IE"), "With the payment (cash accounting)");
  assert.equal(paid(""), "With the payment (cash accounting)");
});

test("the example of a VAT id is of the company's country, or there is none", () => {
  assert.equal(vatIdHint("IE"), "With the country’s letters, such as IE1234567FA.");
  assert.equal(vatIdHint("DE"), "With the country’s letters, such as DE123456789.");
  assert.equal(vatIdHint("PL"), "With the country’s letters.");
});

test("automatic accounts are asked about where books are kept with DATEV", () => {
  assert.ok(mayHaveDatev("DE"));
  assert.ok(mayHaveDatev(null));
  assert.ok(!mayHaveDatev("IE"));
});
