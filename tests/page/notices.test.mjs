// Notices that belong together are one line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionError, get } from "../../public/js/api/client.ts";
import { groupsOf as topicGroups } from "../../public/js/notifications/topics.ts";
import { groupsOf } from "../../public/js/notifications/groups.ts";
import { leaveProblems, letPass, notices, notify } from "../../public/js/notifications/notices.ts";
import { inTurn } from "../../public/js/expenses/in-turn.ts";
import { report } from "../../public/js/state/report.ts";

let count = 0;
function told(topic, more = {}) {
  count += 1;
  const subject = `run_${count}`;
  return {
    id: `${count}`, topic, subject, runId: subject, message: `It is ${topic}.`, about: "", path: `/runs/${subject}`,
    createdAt: `2026-11-20T10:00:${String(60 - count).padStart(2, "0")}Z`, readAt: null, needsYou: false, ...more,
  };
}

test("a batch of receipts is a line that leads to those that wait", () => {
  const ready = Array.from({ length: 4 }, () => told("expense.created"));
  const waiting = Array.from({ length: 2 }, () => told("review.requested", { needsYou: true }));
  const [line, ...others] = groupsOf([...ready, ...waiting]);
  assert.deepEqual(others, []);
  assert.equal(line.message, "6 receipts read, 2 need you");
  assert.equal(line.path, "/inbox/review");
  assert.equal(line.notices.length, 6);
});

test("a receipt that was decided meanwhile is counted once, and nobody is needed", () => {
  const decided = told("review.requested");
  const [line] = groupsOf([told("expense.created", { subject: decided.subject }), told("expense.created"), told("expense.created"), decided]);
  assert.equal(line.message, "3 receipts read");
  assert.equal(line.path, "/inbox/all");
});

test("few are told one by one, and lead to their own pages", () => {
  const lines = groupsOf([told("expense.created"), told("claim.answered", { path: "/claims/run_c" })]);
  assert.deepEqual(lines.map(({ path }) => path.split("/")[1]), ["runs", "claims"]);
});

test("many of a topic lead to their list, those of another day to theirs", () => {
  const claims = ["a", "b", "c"].map((id) => told("claim.overdue", { message: "Late.", path: `/claims/${id}`, needsYou: true }));
  const failed = ["a", "b", "c"].map(() => told("run.failed", { message: "It failed.", createdAt: "2026-11-19T10:00:00Z" }));
  const [first, second] = groupsOf([...claims, ...failed]);
  assert.deepEqual([first.message, first.path, first.needsYou], ["3 times: Late.", "/claims", true]);
  assert.equal(second.path, "/inbox/failed");
});

test("a problem that is over goes by itself, and does not come back", () => {
  notices.value = [];
  const key = notify("It is not reached.", { kind: "problem" });
  letPass(key);
  assert.deepEqual(notices.value.map(({ kind }) => kind), ["info"]);
  notify("Saved.", { kind: "success" });
  assert.deepEqual(notices.value.map(({ text }) => text), ["Saved."]);
});

test("a problem with one expense ends once an act on it succeeds", async () => {
  notices.value = [];
  notify("Rent was not decided.", { kind: "problem", about: "exp_1" });
  notify("Power was not decided.", { kind: "problem", about: "exp_2" });
  await assert.rejects(inTurn("exp_1", () => Promise.reject(new Error("no"))));
  assert.equal(notices.value.length, 2);
  await inTurn("exp_1", async () => "done");
  assert.deepEqual(notices.value.map(({ about }) => about), ["exp_2"]);
});

test("a problem with one thing is left with its view, and others stay", () => {
  notices.value = [];
  notify("It is not saved.", { kind: "problem" });
  notify("Rent was not decided.", { kind: "problem", about: "exp_1" });
  leaveProblems();
  assert.deepEqual(notices.value.map(({ text }) => text), ["It is not saved."]);
});

test("what tells of a lost connection passes once the server answers", async (context) => {
  notices.value = [];
  report(new ConnectionError());
  assert.deepEqual(notices.value.map(({ kind }) => kind), ["problem"]);
  context.mock.method(globalThis, "fetch", async () => new Response("{}"));
  await get("/api/me");
  assert.deepEqual(notices.value.map(({ kind }) => kind), ["info"]);
});

test("topics stand in groups, what waits for one first, and each in one group", () => {
  const choice = (topic) => ({ topic, title: topic, inApp: true, byMail: false, mayMail: true });
  const topics = ["expense.created", "claim.paid", "approval.waits", "quota.near", "new.topic"];
  const groups = topicGroups(topics.map(choice));
  assert.deepEqual(
    groups.map(({ name, choices }) => [name, choices.map(({ topic }) => topic)]),
    [
      ["waits", ["approval.waits"]],
      ["expenses", ["expense.created"]],
      ["clients", ["claim.paid"]],
      ["work", ["quota.near", "new.topic"]],
    ],
  );
});
