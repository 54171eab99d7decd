// Acts on one expense that are typed faster than the server answers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { inTurn, inTurnOfNewest, noteOwn, settled, versionNow } from "../../public/js/expenses/in-turn.ts";

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

test("an act waits for the one before it, and is of the version that this has made", async () => {
  const shown = { id: "exp_1", version: 3 };
  const sent = [];
  const coding = inTurn(shown.id, async () => {
    sent.push(["code", versionNow(shown)]);
    await pause();
    noteOwn(shown, { id: "exp_1", version: 4 });
  });
  const approving = inTurn(shown.id, async () => sent.push(["approve", versionNow(shown)]));
  const other = inTurn("exp_2", async () => sent.push(["other", 1]));
  await Promise.all([coding, approving, other]);
  assert.deepEqual(sent, [["code", 3], ["other", 1], ["approve", 4]]);
});

test("an act of what is shown is of the newest own version, and makes the next one", async () => {
  const shown = { id: "exp_5", version: 1 };
  const sent = [];
  const act = async (version) => {
    sent.push(version);
    await pause();
    return { id: "exp_5", version: version + 1 };
  };
  await Promise.all([inTurnOfNewest(shown, act), inTurnOfNewest(shown, act)]);
  assert.deepEqual(sent, [1, 2]);
  assert.equal(versionNow(shown), 3);
});

test("what follows an act that failed is not sent, and what comes later is", async () => {
  const fails = inTurn("exp_3", async () => {
    await pause();
    throw new Error("no");
  });
  const follows = inTurn("exp_3", () => assert.fail("it was sent"));
  await settled(["exp_3"]);
  await assert.rejects(fails, { message: "no" });
  await assert.rejects(follows, { message: "no" });
  assert.equal(await inTurn("exp_3", async () => "sent"), "sent");
});

test("a version that others have made is not taken for an own one", () => {
  noteOwn({ id: "exp_4", version: 1 }, { id: "exp_4", version: 1 });
  assert.equal(versionNow({ id: "exp_4", version: 1 }), 1);
  noteOwn({ id: "exp_4", version: 1 }, { id: "exp_4", version: 2 });
  assert.equal(versionNow({ id: "exp_4", version: 1 }), 2);
  assert.equal(versionNow({ id: "exp_4", version: 3 }), 3);
});
