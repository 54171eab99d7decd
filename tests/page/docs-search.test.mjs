/** The search of the API's own page: which parts it shows. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { folded, matches, narrow } from "../../public/js/docs-search.ts";

const ROUTES = [
  "GET /api/runs List runs. externalId (query) text Only runs that did something elsewhere",
  "PATCH /api/expenses/{expense_id} Change an expense. costCenter text",
  "GET /api/expenses List expenses. costCenter Café",
];

function found(asked) {
  const shown = ROUTES.map(() => true);
  const parts = ROUTES.map((text, at) => ({
    text: folded(text),
    show: (isShown) => {
      shown[at] = isShown;
    },
  }));
  assert.equal(narrow(parts, asked), shown.filter(Boolean).length);
  return shown.map((isShown, at) => (isShown ? at : null)).filter((at) => at !== null);
}

test("a path, a field and a word lead to their routes", () => {
  assert.deepEqual(found("/api/runs"), [0]);
  assert.deepEqual(found("COSTCENTER"), [1, 2]);
  assert.deepEqual(found("patch costcenter"), [1]);
  assert.deepEqual(found("elsewhere"), [0]);
});

test("accents and spaces make no difference, and nothing asked shows all", () => {
  assert.deepEqual(found("  cafe "), [2]);
  assert.deepEqual(found("  "), [0, 1, 2]);
  assert.deepEqual(found("nobody"), []);
  assert.equal(matches(folded("a  b"), "b a"), true);
});
