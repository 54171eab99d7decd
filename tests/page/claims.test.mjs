// Who is offered for a new invoice.

import assert from "node:assert/strict";
import test from "node:test";

import { billedOptions } from "../../public/js/claims/billed.ts";

const ACME = { id: "cli_acme", name: "Acme AG", projects: [] };
const NEW = { id: "cli_new", name: "Neumann KG", projects: [] };
const OWES = { clientId: NEW.id, name: NEW.name, currency: "EUR", total: "10.00", count: 1 };
const ids = (options) => options.map(({ value }) => value);

test("a client who owes nothing yet is offered after those who owe", () => {
  const options = billedOptions([OWES], [ACME, NEW], null);
  assert.deepEqual(ids(options), ["", NEW.id, ACME.id, "company"]);
  assert.equal(options[2].label, "Acme AG");
});

test("a selected client that is archived is offered too", () => {
  assert.deepEqual(ids(billedOptions([], [ACME], NEW)), ["", ACME.id, NEW.id, "company"]);
  assert.deepEqual(ids(billedOptions([], [ACME], ACME)), ["", ACME.id, "company"]);
});
