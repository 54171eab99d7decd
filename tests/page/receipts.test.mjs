// What the pages say of a receipt's run, in the words of its kind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf } from "../../public/js/expenses/one/words.ts";
import { stateOfExpense, stateOfRun } from "../../public/js/labels.ts";
import { directionOf, turnsUpright } from "../../public/js/receipts/document/boxes.ts";
import { largest, partsOf } from "../../public/js/receipts/document/cuts.ts";
import { nextSentence } from "../../public/js/runs/run/operations/next-words.ts";
import { inPlainWords } from "../../public/js/runs/run/operations/plain-words.ts";
import { nameOf } from "../../public/js/runs/run/operations/timeline-words.ts";
import { RunStore } from "../../public/js/state/run-store.ts";

const RUN = { id: "run_1", kind: "receipt", status: "processing", nextSafeAction: "resend_notification" };
// What a run's record says, and what the page shows.
const TOLD = [
  ["The step ocr-extract failed for good: 3036.", "The step “Read the text” failed for good: 3036."],
  ["Waits for a person's decision (total_missing).", "Waits for a person's decision."],
  ["parse-structured: failed after 1 attempt (NeedsReview: total_missing)", "“Understand it”: failed after 1 attempt; a person was asked"],
  ["rollback: persist-db: completed after 1 attempt", "Undo “Save the expense”: completed after 1 attempt"],
];

const named = (item) => nameOf({ reason: null, step: null, detail: {}, ...item }, "receipt");

for (const [text, plain] of TOLD) {
  test(`no name of the code is shown: ${text}`, () => assert.equal(inPlainWords("receipt", text), plain));
}

test("what is safe next is said of the expense", () => {
  assert.ok(nextSentence(RUN).startsWith("The expense is saved."));
});

test("its acts and its steps have names of their own", () => {
  assert.equal(named({ kind: "act", name: "run.created" }), "Uploaded");
  assert.equal(named({ kind: "attempt", name: "notify-user", step: "notify-user" }), "Notify people");
  assert.equal(named({ kind: "act", name: "step.failed", step: "ocr-extract" }), "Failed for good: Read the text");
});

test("the history tells an approval from a correction", () => {
  const act = (kind, by = null, whose = null) => actOf({ kind, person: by && { id: by } }, whose && { id: whose });
  assert.equal(act("reviewed_as_read"), "Confirmed in the review as it was read");
  assert.equal(act("reviewed"), "Corrected in the review");
  assert.equal(act("rejected", "ben", "cid"), "Sent back to review");
  assert.equal(act("voided", "cid", "cid"), "Voided");
  assert.equal(act("voided", "ben", "cid"), "Rejected");
});

test("a picture is turned until its text is upright, also where it leans", () => {
  const word = (...corners) => [0, 0, 4, ...corners];
  const level = word(1000, 1000, 4000, 1200, 4000, 1400, 1000, 1200);
  const down = word(5000, 1000, 4800, 4000, 4600, 4000, 4800, 1000);
  const over = word(4000, 4000, 1000, 3900, 1000, 3700, 4000, 3800);
  const up = word(5000, 4000, 5200, 1000, 5400, 1000, 5200, 4000);
  const turns = [level, down, over, up].map((each) => turnsUpright(directionOf([each, each]), 1));
  assert.deepEqual(turns, [0, 3, 2, 1]);
  assert.equal(turnsUpright(directionOf([word(1000, 1000, 2000, 2500, 2000, 2600, 1000, 1100)]), 4), 0);
  assert.equal(directionOf([]), null);
});

test("lines cut a picture into parts, which lie beside each other without a gap", () => {
  assert.deepEqual(partsOf([]), [{ x: 0, y: 0, width: 1, height: 1 }]);
  const cuts = [
    { part: 0, isAcross: false, at: 0.25 },
    { part: 1, isAcross: true, at: 0.5 },
  ];
  const parts = partsOf(cuts);
  assert.deepEqual(parts, [
    { x: 0, y: 0, width: 0.25, height: 1 },
    { x: 0.25, y: 0, width: 0.75, height: 0.5 },
    { x: 0.25, y: 0.5, width: 0.75, height: 0.5 },
  ]);
  assert.equal(largest(parts), 1);
});

test("a run that stands still is in the list of what failed, under its own label", () => {
  const standing = { ...RUN, id: "run_2", createdAt: "2026-03-01T09:00:00.000Z", stateVersion: 1, escalated: true };
  assert.equal(stateOfRun(standing).text, "Stands still");
  assert.equal(stateOfRun({ ...standing, escalated: undefined }).text, "Under way");
  const store = new RunStore();
  store.put(standing);
  store.put({ ...standing, id: "run_3", escalated: undefined });
  assert.deepEqual(store.list("failed").map(({ id }) => id), ["run_2"]);
});

test("what a receipt became has one name for its state, whichever of its pages says it", () => {
  const became = (stage, more = {}) => stateOfRun({ ...RUN, status: "complete", expense: { id: "exp_1", stage }, ...more });
  for (const stage of ["in_review", "ready", "approved", "exported", "paid", "voided"])
    assert.deepEqual(became(stage), stateOfExpense(stage));
  assert.equal(became("ready").text, "To approve");
  assert.equal(became("in_review", { sentBack: { reason: "Whose?" } }).text, "Needs review");
  assert.equal(stateOfRun({ ...RUN, status: "needs_review" }).text, "Needs review");
  assert.equal(stateOfRun({ ...RUN, status: "complete" }).text, "Done");
});
