/** Home: which months are compared, and by how much. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { change } from "../../public/js/home/change.ts";
import { monthsBack } from "../../public/js/values/period.ts";

test("months go back over the turn of a year, whatever the day", () => {
  assert.deepEqual(monthsBack("2026-01-31").slice(0, 3), ["2026-01", "2025-12", "2025-11"]);
  assert.deepEqual(monthsBack("2026-03-31").slice(0, 2), ["2026-03", "2026-02"]);
});

test("a change is in percent, and none where there was nothing before", () => {
  assert.equal(change(150, 100), 50);
  assert.equal(change(50, 100), -50);
  assert.equal(change(10, 0), null);
});
