// What the pages say of runs, given what the API has of a run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { flagsOf, leavesStanding } from "../../public/js/runs/run/operations/explanation-words.ts";
import { nextSentence, sendCommand } from "../../public/js/runs/run/operations/next-words.ts";
import { inPlainWords } from "../../public/js/runs/run/operations/plain-words.ts";
import { firstOf, isConfirmed, keptBy } from "../../public/js/runs/run/operations/restart-words.ts";
import { nameOf, outcomeOf, whyOf } from "../../public/js/runs/run/operations/timeline-words.ts";

const RUN = { id: "run_1", kind: "own", status: "processing", nextSafeAction: "wait" };
const WAIT = { kind: "signal", name: "confirm", until: "2026-11-29T12:00:00.000Z" };
const SEND = { permission: "operate", payload: { by: "it's …" } };
// The kind of a run, what its record says, and what the page shows.
const TOLD = [
  ["own", "The step ocr-extract failed for good: 3036.", "The step ocr-extract failed for good: 3036."],
  ["own", "review-1: request: completed after 1 attempt", "“Ask a person”: completed after 1 attempt"],
  ["own", "review-1: take up: completed after 1 attempt", "“Take the decision up”: completed after 1 attempt"],
  ["own", "signal confirm-1: begin: completed after 1 attempt", "Began to wait for “confirm”: completed after 1 attempt"],
  ["own", "signal all-ended-2: end: completed after 1 attempt", "Waited for “all-ended”: completed after 1 attempt"],
  ["own", "timer nap-1: over: completed after 2 attempts", "Slept, “nap”: completed after 2 attempts"],
  ["own", "child run_1-1: end: completed after 1 attempt", "Waited for a run that it began: completed after 1 attempt"],
  ["own", "child: the fee: completed after 1 attempt", "Began another run, “the fee”: completed after 1 attempt"],
  ["own", "tell: sent a key: completed after 1 attempt", "Told other systems of “sent”: completed after 1 attempt"],
  ["own", "continue: as another run: completed after 1 attempt", "Went on as another run: completed after 1 attempt"],
  ["own", "end as cancelled: completed after 1 attempt", "Ended as “cancelled”: completed after 1 attempt"],
  ["own", "rollback: charge: completed after 1 attempt", "Undo “charge”: completed after 1 attempt"],
  ["own", "rollback: child: a boat: completed after 1 attempt", "Undo a run that it began, “a boat”: completed after 1 attempt"],
  ["own", "The step rollback: child: a boat failed for good: x.", "The step Undo a run that it began, “a boat” failed for good: x."],
];

const sentenceOf = (given) => nextSentence({ ...RUN, ...given });
const commandOf = (given) => sendCommand({ ...RUN, ...given });
const named = (kind, item) => nameOf({ reason: null, step: null, detail: {}, ...item }, kind);

test("a wait for a signal is named with the command that sends it", () => {
  const waitsFor = { ...WAIT, send: SEND };
  const sentence = sentenceOf({ waitsFor });
  assert.ok(sentence.startsWith("It waits for the signal “confirm”. If none comes by Nov 29, 2026"), sentence);
  assert.equal(commandOf({ waitsFor }), `tillroll signal run_1 confirm '{"by":"it'\\''s …"}'`);
});

for (const [waitsFor, end] of [
  [{ ...WAIT, send: null }, "goes on by itself."],
  [{ ...WAIT, kind: "timer", send: null }, "goes on by itself."],
  [{ kind: "child", name: "run_2", until: null, send: null }, "a run that it began, and goes on by itself."],
  [null, "this goes on by itself, and you may close the page."],
]) {
  test(`nobody sends what goes on by itself: ${waitsFor?.kind ?? "nothing"}`, () => {
    assert.ok(sentenceOf({ waitsFor }).endsWith(end));
    assert.equal(commandOf({ waitsFor }) ?? null, null);
  });
}

test("a run that failed and was undone has a sentence", () => {
  const complete = { status: "complete", nextSafeAction: "none" };
  assert.equal(sentenceOf(complete) ?? null, null);
  assert.equal(commandOf(complete) ?? null, null);
  const failed = { status: "failed", nextSafeAction: "none" };
  const undone = "Nothing with this run: what it did was undone.";
  assert.equal(sentenceOf({ ...failed, undone: true }), undone);
  const resent = sentenceOf({ ...failed, nextSafeAction: "resend_notification", undone: true });
  assert.ok(resent.startsWith("What it did was undone."), resent);
  assert.ok(sentenceOf(failed).startsWith("Find out at the other side"));
});

test("a kind without words of its own is told in those of any run", () => {
  assert.ok(sentenceOf({ kind: "own", nextSafeAction: "resend_notification" }).startsWith("It is done."));
  assert.equal(named("own", { kind: "act", name: "run.created" }), "Begun");
  assert.equal(named("own", { kind: "attempt", name: "notify-user", step: "notify-user" }), "notify-user");
});

for (const [kind, text, plain] of TOLD) {
  test(`no name of the code is shown of ${kind}: ${text}`, () => assert.equal(inPlainWords(kind, text), plain));
}

test("a signal is named where it is waited for and where it came", () => {
  assert.equal(named("own", { kind: "wait", name: "signal", reason: "confirm" }), "Wait for “confirm”");
  assert.equal(named("payout", { kind: "wait", name: "signal", reason: "settled" }), "Wait for the bank’s answer");
  const came = { kind: "act", name: "signal.received", detail: { signal: "confirm" } };
  assert.equal(named("own", came), "Received “confirm”");
});

test("an event of a step names the step", () => {
  const failed = { kind: "act", name: "step.failed", step: "ocr-extract" };
  assert.equal(named("own", failed), "Failed for good: ocr-extract");
});

for (const [wasSentAgain, wasAsked, end] of [
  [true, false, "under the same key."],
  [false, true, "what became of it."],
  [false, false, "is not known."],
]) {
  test(`an attempt that was cut off says what became of its call: ${end}`, () => {
    const detail = { wasSentAgain, wasAsked };
    const cut = { kind: "attempt", outcome: "cut_off", error: null, reason: null, detail };
    assert.equal(outcomeOf(cut), "cut off");
    assert.ok(whyOf(cut).endsWith(end));
  });
}

test("an end after undoing does not say that all was undone", () => {
  assert.equal(named("own", { kind: "act", name: "run.compensated" }), "Ended, after undoing what it could");
});

test("a run that stands still is seen to before it is resumed", () => {
  const paused = { nextSafeAction: "resume", paused: true };
  assert.equal(sentenceOf(paused), "Resume it when it is to go on. Nothing is lost meanwhile.");
  assert.equal(sentenceOf({ ...paused, paused: false }), "See to what it says first, then resume it. Nothing is lost meanwhile.");
});

test("nothing is not to be repeated where nothing was sent", () => {
  const flags = (mustNotRepeat) => flagsOf({ ...RUN, status: "failed", nextSafeAction: "investigate", mustNotRepeat }).map(({ text }) => text);
  assert.deepEqual([flags([]), flags(["charge"])], [["Find out first"], ["Do not repeat"]]);
});

test("a run that was stopped leaves a complete child standing", () => {
  const leaves = (status, child) => leavesStanding({ status, childRuns: [{ runId: "run_2", kind: "ride", state: "completed", status: child }] });
  assert.deepEqual([leaves("cancelled", "complete"), leaves("cancelled", "cancelled"), leaves("complete", "complete")], [true, false, false]);
});

const PLACES = [
  { step: "charge", keeps: [], repeats: [{ step: "charge", isIrreversible: true }], whyNot: null },
  { step: "note", keeps: ["charge"], repeats: [], whyNot: null },
  { step: "return: the result", keeps: ["charge", "note"], repeats: [], whyNot: null },
  { step: "undone", keeps: [], repeats: [], whyNot: "what 'charge' did was undone" },
];
const same = (name) => name;

test("a restart begins at the last step of the contract that can be meant", () => {
  assert.equal(firstOf(PLACES, ["charge", "note", "undone"]), "note");
  assert.equal(firstOf(PLACES, []), "return: the result");
  assert.equal(firstOf(PLACES.slice(3), []), "undone");
  assert.equal(firstOf([], []), "");
});

test("a restart says what is not done again, and what nobody can take back asks for its name", () => {
  assert.equal(keptBy(PLACES[0], same), "Every step is done again.");
  assert.equal(keptBy(PLACES[2], same), "Not done again: charge, note. Nothing happens again elsewhere.");
  const irreversible = PLACES[0].repeats[0];
  assert.ok(!isConfirmed(irreversible, "", same));
  assert.ok(!isConfirmed(irreversible, "yes", same));
  assert.ok(isConfirmed(irreversible, " charge ", same));
  assert.ok(isConfirmed({ ...irreversible, isIrreversible: false }, "on", same));
  assert.ok(!isConfirmed({ ...irreversible, isIrreversible: false }, "", same));
});
