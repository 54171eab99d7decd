// What a button of the tax report says that it does.

import assert from "node:assert/strict";
import test from "node:test";

import { foreignTaxFor } from "../../public/js/tax/words.ts";

test("one answer for several expenses says whether they are all that need it", () => {
  assert.equal(foreignTaxFor(2, true), "Tax of another country: 2 expenses …");
  assert.equal(foreignTaxFor(100, false), "Tax of another country: the first 100 expenses …");
});
