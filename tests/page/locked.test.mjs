// Why a key does nothing on a row of the list of expenses.
import assert from "node:assert/strict";
import { test } from "node:test";

import { whyNotSorted } from "../../public/js/expenses/one/locked.tsx";
import { session } from "../../public/js/state/session.ts";

const APPROVED = { status: "approved", parts: [], date: "2026-10-05" };

const signIn = (...permissions) => {
  session.value = { may: permissions };
};

test("what was handed on says how it is opened", () => {
  signIn("read", "edit", "approve");
  assert.match(whyNotSorted(APPROVED), /take the approval back first/);
  signIn("read", "edit");
  assert.match(whyNotSorted(APPROVED), /ask somebody who can approve/);
});

test("what is split, voided or not one's own to edit says so", () => {
  signIn("read", "edit", "approve");
  assert.match(whyNotSorted({ ...APPROVED, parts: [{}, {}] }), /split over several/);
  assert.match(whyNotSorted({ ...APPROVED, status: "voided" }), /It is voided/);
  signIn("read");
  assert.match(whyNotSorted({ ...APPROVED, status: "ready" }), /not change it/);
});
