// What the workflow reads and writes beside the run record, as tillroll/workflows/receipt_records.py and outbox.py.

import { canonical, now } from "./values.js";

const TOPIC = "expense.created";

export const expenseId = (run) => run.id.replace("run_", "exp_");

const eventId = (run) => `${run.id.replace("run_", "evt_")}_${TOPIC}`;
const minor = (total) => Math.round(Number(total) * 100);
const merchantKey = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
const lookKey = (name) => merchantKey(name).replace(/[01i58]/g, (sign) => "ollsb"["01i58".indexOf(sign)]);
const duplicateKey = ({ merchant, date, total, currency }) =>
  `${merchantKey(merchant)}|${date}|${currency}|${minor(total)}`;

export const loadReceipt = (env, id) => env.DB.prepare("SELECT * FROM receipts WHERE id = ?").bind(id).first();

export async function loadExtraction(env, run) {
  const row = await env.DB.prepare("SELECT body FROM extractions WHERE run_id = ?").bind(run.id).first();
  return JSON.parse(row.body);
}

// As tillroll/workflows/merchant_memory.py: nobody has confirmed a merchant here, so nothing comes of what it finds.
export async function knownMerchants(env, run, merchant) {
  const found = await env.DB.prepare(
    `SELECT merchant, spelling, tax_id, COUNT(*) AS times, COUNT(confirmed_by) AS confirmed, MIN(at) AS since
     FROM merchant_sightings WHERE run_id IN (
       SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND look_key = ?2
       UNION
       SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND tax_id = ?3
     )
     GROUP BY merchant, spelling, tax_id`,
  )
    .bind(run.account_id, lookKey(merchant), null)
    .all();
  return found.results;
}

export async function findDuplicate(env, run, extraction) {
  const key = duplicateKey(extraction);
  const row = await env.DB.prepare(
    "SELECT run_id FROM expenses WHERE account_id = ? AND duplicate_key IN (?, ?) AND receipt_id <> ? LIMIT 1",
  )
    .bind(run.account_id, key, key, run.subject)
    .first();
  return row?.run_id ?? null;
}

export function storeExtraction(env, run, extraction) {
  return env.DB.prepare(
    `INSERT INTO extractions (run_id, body, accepted, created_at) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (run_id) DO UPDATE SET body = ?2, accepted = ?3, created_at = ?4`,
  ).bind(run.id, canonical(extraction), 1, now());
}

export function insertExpense(env, run, extraction) {
  return env.DB.prepare(
    `INSERT INTO expenses (id, account_id, receipt_id, run_id, merchant, date, total_minor, tax_minor, currency,
                           duplicate_key, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).bind(
    expenseId(run),
    run.account_id,
    run.subject,
    run.id,
    extraction.merchant,
    extraction.date,
    minor(extraction.total),
    null,
    extraction.currency,
    duplicateKey(extraction),
    now(),
  );
}

export function insertSighting(env, run, { merchant }) {
  return env.DB.prepare(
    `INSERT INTO merchant_sightings
       (run_id, account_id, spelling, look_key, tax_id, merchant, merchant_key, confirmed_by, at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
       (SELECT d.actor FROM reviews r JOIN review_decisions d ON d.review_id = r.id
        WHERE r.run_id = ?1 AND d.decision = 'approve' ORDER BY r.number DESC LIMIT 1), ?8)`,
  ).bind(run.id, run.account_id, merchant, lookKey(merchant), null, merchant, merchantKey(merchant), now());
}

export function holdEvent(env, run, { merchant, date, total, tax, currency }) {
  const data = { expenseId: expenseId(run), receiptId: run.subject, runId: run.id, merchant, date, total, tax, currency };
  return env.DB.prepare(
    `INSERT INTO outbox (id, account_id, run_id, topic, payload, state, created_at)
     VALUES (?, ?, ?, ?, ?, 'held', ?)`,
  ).bind(
    eventId(run),
    run.account_id,
    run.id,
    TOPIC,
    canonical({ type: TOPIC, timestamp: now(), data }),
    now(),
  );
}

export function releaseEvent(env, run) {
  return env.DB.prepare(
    "UPDATE outbox SET state = ?, next_attempt_at = ? WHERE id = ? AND state = 'held'",
  ).bind("no_receiver", null, eventId(run));
}

export function insertNotice(env, run) {
  return env.DB.prepare(
    "INSERT INTO notices (id, account_id, run_id, topic, created_at) VALUES (?, ?, ?, ?, ?)",
  ).bind(`${run.id}:${TOPIC}`, run.account_id, run.id, TOPIC, now());
}
