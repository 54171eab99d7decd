// A row of the ledger before a model is asked, and what became of the call, as tillroll/ai/ledger.py.

import { now } from "./values.js";

const ANSWER_TOKENS = 1500;
const PICTURE_TOKENS = 1500;

export async function start(env, run, attempt, question) {
  const at = now();
  const [, offered] = await env.DB.batch([interrupt(env, run, at), offer(env, run, attempt, question, at)]);
  if (offered.results[0].state !== "started") throw new Error("The budget of today is spent.");
}

function interrupt(env, run, at) {
  return env.DB.prepare(
    `UPDATE ai_calls SET state = 'failed', reason = 'interrupted', ended_at = ?1,
       error = 'interrupted: what became of it is unknown'
     WHERE state = 'started' AND run_id = ?2`,
  ).bind(at, run.id);
}

function offer(env, run, attempt, question, at) {
  const [price, day] = [prices(env)[question.model], at.slice(0, 10)];
  return env.DB.prepare(
    `INSERT INTO ai_calls (id, account_id, run_id, step, generation, attempt, model, purpose, state, reason,
                           input_sha256, duration_ms, reserved_micro_usd, created_at, approved_at, started_at)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
            CASE WHEN fits THEN 'started' ELSE 'offered' END, CASE WHEN NOT fits THEN 'ai_budget' END,
            ?9, 0, ?10, ?11, CASE WHEN fits THEN ?11 END, CASE WHEN fits THEN ?11 END
     FROM (
       SELECT budget IS NULL OR COALESCE(counted + ?10 <= budget, 0) AS fits FROM (
         SELECT COALESCE((SELECT ai_daily_budget_micro_usd FROM accounts WHERE id = ?2), ?12) AS budget,
                (SELECT COALESCE(SUM(counted_micro_usd), 0) FROM ai_daily
                 WHERE account_id = ?2 AND day = ?13) AS counted
       )
     )
     RETURNING state`,
  ).bind(
    question.id,
    run.account_id,
    run.id,
    question.purpose,
    run.generation,
    attempt,
    question.model,
    question.purpose,
    question.input_sha256,
    price ? cost(price, PICTURE_TOKENS, ANSWER_TOKENS) : null,
    at,
    null,
    day,
  );
}

export function settle(env, run, call) {
  const price = prices(env)[call.model];
  return env.DB.prepare(
    `INSERT INTO ai_calls (id, account_id, run_id, model, purpose, state, input_sha256, duration_ms,
                           input_tokens, output_tokens, error, created_at, reason, cost_micro_usd, output_key,
                           ended_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?12)
     ON CONFLICT (id) DO UPDATE SET
       state = CASE WHEN excluded.state = 'completed'
                 AND (SELECT status FROM runs WHERE runs.id = ai_calls.run_id) IN ('cancelled', 'rejected')
               THEN 'rolled_back' ELSE excluded.state END,
       rolled_back_at = CASE WHEN excluded.state = 'completed'
                 AND (SELECT status FROM runs WHERE runs.id = ai_calls.run_id) IN ('cancelled', 'rejected')
               THEN excluded.ended_at END,
       duration_ms = excluded.duration_ms, input_tokens = excluded.input_tokens,
       output_tokens = excluded.output_tokens, error = excluded.error, reason = excluded.reason,
       cost_micro_usd = excluded.cost_micro_usd, output_key = excluded.output_key, ended_at = excluded.ended_at
     WHERE ai_calls.state = 'started' OR (ai_calls.state = 'failed' AND ai_calls.reason = 'interrupted')`,
  ).bind(
    call.id,
    run.account_id,
    run.id,
    call.model,
    call.purpose,
    call.state,
    call.input_sha256,
    call.duration_ms,
    call.input_tokens,
    call.output_tokens,
    call.error,
    now(),
    call.reason,
    price ? cost(price, call.input_tokens, call.output_tokens) : null,
    call.output_key,
  );
}

const prices = (env) => JSON.parse(env.AI_PRICES || "{}");

// US dollars for a million tokens are micro-US-dollars for one.
const cost = (price, input, output) => Math.round(price.input * input + price.output * output);
