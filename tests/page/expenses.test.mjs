// What is selected in the table of expenses after something was done with it.

import assert from "node:assert/strict";
import test from "node:test";

import { keptOf, leavesSelection } from "../../public/js/expenses/bulk/which.ts";

test("what an act leaves in the list stays selected", () => {
  const chosen = new Set(["exp_1", "exp_2"]);
  assert.equal(keptOf(chosen, [{ id: "exp_1" }, { id: "exp_2" }, { id: "exp_3" }]), chosen);
  assert.deepEqual([...keptOf(chosen, [{ id: "exp_2" }, { id: "exp_3" }])], ["exp_2"]);
});

test("what is voided or sent back is not to be worked with again", () => {
  assert.equal(leavesSelection({ asks: "client" }), true);
  assert.equal(leavesSelection({}), true);
  assert.equal(leavesSelection({ asks: "reason" }), false);
});
