/** Runs: what an address asks for, what the API is asked, and the chips of it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, askedBy, chipsOf, sentFor } from "../../public/js/runs/asked.ts";

const asked = (text) => askedBy(new URLSearchParams(text));

test("an address is what it asks for, there and back", () => {
  const address = "kind=export&status=failed&from=2026-10-01&to=2026-10-31&externalId=po_1";
  assert.equal(addressOf(asked(address)), `/runs?${address}`);
  assert.equal(addressOf(asked("")), "/runs");
  const several = addressOf(asked("attribute=customer%3A42&attribute=city%3ARome"));
  assert.equal(several, "/runs?attribute=customer%3A42&attribute=city%3ARome");
});

test("the last day is within, also where the clocks change", () => {
  const { from, to } = sentFor(asked("from=2026-10-25&to=2026-10-25"));
  assert.equal(from, new Date(2026, 9, 25).toISOString());
  assert.equal(to, new Date(2026, 9, 26).toISOString());
});

test("what is no day is left out", () => {
  assert.equal(addressOf(asked("from=soon&to=2026-02-40&kind=claim")), "/runs?kind=claim");
});

test("each filter has a chip, which leads to the others", () => {
  const chips = chipsOf(asked("kind=export&status=failed&attribute=a%3A1&attribute=b%3A2"));
  const labels = chips.map(({ label }) => label);
  assert.deepEqual(labels, ["Kind: Export", "State: Failed", "Found by: a:1", "Found by: b:2"]);
  const addresses = chips.map(({ without }) => addressOf(without));
  assert.equal(addresses[1], "/runs?kind=export&attribute=a%3A1&attribute=b%3A2");
  assert.equal(addresses[2], "/runs?kind=export&status=failed&attribute=b%3A2");
});
