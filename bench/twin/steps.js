// A step's one batch, as tillroll/durable/running/steps.py: guarded change of state, audit event, effect, stored output.

import { appendIfChanged } from "./audit.js";
import { log } from "./log.js";
import { canonical, now } from "./values.js";

export async function loadRun(env, runId) {
  const [runs, steps] = await env.DB.batch([
    env.DB.prepare("SELECT * FROM runs WHERE id = ?").bind(runId),
    env.DB.prepare("SELECT * FROM run_steps WHERE run_id = ?").bind(runId),
  ]);
  const stored = Object.fromEntries(steps.results.map((row) => [row.step, JSON.parse(row.output)]));
  return { run: runs.results[0], stored, untold: [] };
}

// What was committed is logged when the run ends, so that no step waits for the log.
export function tell(hold) {
  for (const { at, startedAt, ...done } of hold.untold) {
    const of = { account: hold.run.account_id, run: hold.run.id, kind: "receipt", generation: hold.run.generation };
    log("step.completed", { ...of, ...done, duration_ms: Date.parse(at) - Date.parse(startedAt), time: at });
  }
}

// Run one step: `work` returns { output, statements }, which are committed together with the new state.
export async function perform(env, engineStep, hold, declaration, work) {
  const { name, config, to } = declaration;
  return engineStep.do(name, config, async (context) => {
    if (name in hold.stored) return hold.stored[name];
    const { attempt } = context;
    const startedAt = now();
    const { output, statements } = await work(attempt);
    const at = now();
    await commit(env, hold.run, { name, to, attempt, startedAt, at }, output, statements);
    hold.untold.push({ step: name, attempt, state: to.state, startedAt, at });
    hold.run = { ...hold.run, state: to.state, status: to.status };
    return output;
  });
}

async function commit(env, run, done, output, statements) {
  const { name, to, attempt, at } = done;
  await env.DB.batch([
    move(env, run, done),
    await appendIfChanged(env, {
      stream: run.id,
      eventKey: `${run.id}:${name}:completed`,
      accountId: run.account_id,
      actor: "workflow:receipt",
      action: "step.completed",
      at,
      detail: { step: name, attempt, from: run.state, to: to.state },
    }),
    ...statements,
    store(env, run, done, output),
  ]);
}

function move(env, run, { name, to, attempt, at }) {
  return env.DB.prepare(
    `UPDATE runs SET
       state = ?1, status = ?2, state_version = state_version + 1, attempt_count = ?4,
       last_successful_step = CASE WHEN ?13 = 1 THEN last_successful_step ELSE ?3 END,
       next_retry_at = NULL, error_class = NULL, error_summary = NULL, reason = ?5, requires_human_review = ?6,
       next_safe_action = ?7, updated_at = ?8, external_ids = json_patch(external_ids, ?12)
     WHERE id = ?9 AND generation = ?10 AND state = ?11 AND (cancel_requested_at IS NULL OR ?13 = 1)
       AND NOT EXISTS (SELECT 1 FROM run_steps WHERE run_id = ?9 AND step = ?3 AND outcome = 'completed')`,
  ).bind(
    to.state,
    to.status,
    name,
    attempt,
    null,
    0,
    to.nextSafeAction,
    at,
    run.id,
    run.generation,
    run.state,
    canonical({}),
    0,
  );
}

function store(env, run, { name, attempt, startedAt, at }, output) {
  return env.DB.prepare(
    `INSERT INTO run_steps (run_id, step, idempotency_key, outcome, generation, attempts, started_at,
                            attempt_started_at, ended_at, output)
     VALUES (?1, ?2, ?3, 'completed', ?4, ?5, ?6, ?6, ?7, ?8)
     ON CONFLICT (run_id, step) DO UPDATE SET
       outcome = 'completed', generation = excluded.generation, attempts = excluded.attempts,
       attempt_started_at = excluded.attempt_started_at, ended_at = excluded.ended_at, output = excluded.output,
       reason = NULL, error_class = NULL, error_summary = NULL`,
  ).bind(run.id, name, `${run.id}:${name}`, run.generation, attempt, startedAt, at, canonical(output));
}
