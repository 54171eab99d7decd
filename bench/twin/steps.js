// A step's one batch, as tillroll_durable/_execution/steps.py: guarded change of state, audit event, effect, stored output.

import { log } from "./log.js";
import { batch } from "./sql.js";
import { canonical, digest, eventValues, hoursAfter, now } from "./values.js";

export async function load(env, runId) {
  const [runs, steps, receipts] = await batch(env, "load", [runId], [runId], [runId]);
  const stored = Object.fromEntries(steps.results.map((row) => [row.step, JSON.parse(row.output)]));
  return { run: runs.results[0], receipt: receipts.results[0], stored, untold: [], along: {} };
}

// What was committed is logged when the run ends, so that no step waits for the log.
export function tell(hold) {
  for (const { at, startedAt, ...done } of hold.untold) {
    const of = { account: hold.run.account_id, run: hold.run.id, kind: "receipt", generation: hold.run.generation };
    log("step.completed", { ...of, ...done, duration_ms: Date.parse(at) - Date.parse(startedAt), time: at });
  }
}

// Run one step: `work` returns { output, values, after }, which are committed together with the new state. `values` are
// those of the effect's statements, `after` those of what stands behind the stored output in the round trip.
export async function perform(env, engineStep, hold, declaration, work, ...given) {
  const { name, config, to, trip } = declaration;
  return engineStep.do(name, config, async (context) => {
    if (name in hold.stored) return hold.stored[name];
    const { attempt } = context;
    const startedAt = now();
    const { output, values, after = () => [] } = await work(attempt, ...given);
    const done = { name, to, attempt, startedAt, at: now(), given };
    await batch(
      env,
      trip,
      moveValues(hold.run, done),
      await completedValues(hold.run, done),
      ...values,
      await storeValues(hold.run, done, output),
      ...after(done.at),
    );
    hold.untold.push({ step: name, attempt, state: to.state, startedAt, at: done.at });
    hold.run = { ...hold.run, state: to.state, status: to.status };
    return output;
  });
}

function moveValues(run, { name, to, attempt, at }) {
  const deadline = to.deadlineHours && hoursAfter(at, to.deadlineHours);
  const moved = [to.state, to.status, to.nextSafeAction, deadline, attempt, null, at, 0, name];
  const [items, itemsFailed, requiresReview] = [0, 0, 0]; // there is no map here
  return [...moved, items, itemsFailed, requiresReview, run.id, run.generation, run.state, 0];
}

const completedValues = (run, { name, to, attempt, startedAt, at }) =>
  eventValues({
    stream: run.id,
    eventKey: `${name}:completed`,
    accountId: run.account_id,
    actor: "workflow:receipt",
    action: "step.completed",
    at,
    detail: { step: name, attempt, generation: run.generation, startedAt, from: run.state, to: to.state },
  });

async function storeValues(run, { name, attempt, startedAt, at, given }, output) {
  const kept = given.length > 0 ? canonical(given) : null;
  const key = `${run.id}:${name}`;
  const stored = [run.id, name, key, run.generation, attempt, startedAt, at, canonical(output), kept];
  const short = (await digest(`${key}:${kept ?? ""}`)).slice(0, 32);
  return [...stored, 0, short, null]; // no step here can be undone, or acts elsewhere
}
