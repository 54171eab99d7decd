// Audit events, as tillroll/durable/record/audit.py.

import { canonical, digest } from "./values.js";

export const append = (env, event) => insert(env, event, "?2");

// Right behind a guarded UPDATE: where that hit no row, NULL in a NOT NULL column fails the batch.
export const appendIfChanged = (env, event) => insert(env, event, "CASE WHEN changes() = 1 THEN ?2 END");

async function insert(env, event, eventKey) {
  const { stream, accountId, actor, action, at, detail } = event;
  return env.DB.prepare(
    `INSERT INTO audit_events
       (stream, seq, event_key, account_id, actor, action, outcome, contract_version, at, detail, digest)
     SELECT ?1, COALESCE(MAX(seq), 0) + 1, ${eventKey}, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
     FROM audit_events WHERE stream = ?1`,
  ).bind(
    stream,
    event.eventKey,
    accountId,
    actor,
    action,
    "success",
    1,
    at,
    canonical(detail),
    await digest(canonical({ ...event, outcome: "success", contractVersion: 1 })),
  );
}
