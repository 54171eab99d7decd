// POST /api/receipts, as tillroll/api/files/upload.py: check, store, record, start.

import { append } from "./audit.js";
import { newId, now, sha256 } from "./values.js";

const LARGEST_BYTES = 10 * 1024 * 1024;
const FORM_OVERHEAD_BYTES = 64 * 1024;
const MOST_PIXELS = 50_000_000;

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function receive(env, principal, request) {
  if (Number(request.headers.get("content-length")) > LARGEST_BYTES + FORM_OVERHEAD_BYTES) {
    throw new Refused(413, "The file is too large.");
  }
  const files = (await request.formData()).getAll("receipt").filter((value) => typeof value !== "string");
  if (files.length !== 1) throw new Refused(400, "Send one file in the field `receipt`.");
  const buffer = await files[0].arrayBuffer();
  const { mediaType, width, height } = check(buffer);
  const hash = await sha256(buffer);
  const key = `${principal.accountId}/${hash}/original`;
  await env.BUCKET.put(key, buffer, { httpMetadata: { contentType: mediaType } });
  return record(env, principal, {
    hash,
    mediaType,
    width,
    height,
    size: buffer.byteLength,
    name: files[0].name,
    key,
  });
}

// The leading bytes and, for a JPEG, the frame header; the other kinds are the product's business.
function check(buffer) {
  if (buffer.byteLength === 0 || buffer.byteLength > LARGEST_BYTES) throw new Refused(400, "Empty or too large.");
  const view = new DataView(buffer);
  if (view.getUint16(0) !== 0xffd8) throw new Refused(415, "The twin takes JPEG only.");
  for (let offset = 2; offset + 9 < view.byteLength; offset += 2 + view.getUint16(offset + 2)) {
    const marker = view.getUint8(offset + 1);
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker)) continue;
    const [height, width] = [view.getUint16(offset + 5), view.getUint16(offset + 7)];
    if (width * height > MOST_PIXELS) throw new Refused(422, "Too many pixels.");
    return { mediaType: "image/jpeg", width, height };
  }
  return { mediaType: "image/jpeg", width: null, height: null };
}

async function record(env, principal, upload) {
  const at = now();
  const runId = newId("run");
  const receiptId = newId("rec");
  try {
    await env.DB.batch([
      insertRun(env, principal, upload, runId, receiptId, at),
      insertReceipt(env, principal, upload, runId, receiptId, at),
      await append(env, {
        stream: runId,
        eventKey: `${runId}:created`,
        accountId: principal.accountId,
        actor: principal.actor,
        action: "run.created",
        at,
        detail: { subject: receiptId, previousRun: null },
      }),
    ]);
  } catch (error) {
    if (!error.message.includes("constraint failed")) throw error;
    return existing(env, principal, upload);
  }
  await env.RECEIPT_WORKFLOW.create({ id: `${runId}-1`, params: { runId, generation: 1 } });
  return { runId, receiptId, status: "processing", created: true };
}

async function existing(env, principal, upload) {
  const row = await env.DB.prepare(
    `SELECT receipts.id, receipts.run_id, runs.status FROM receipts JOIN runs ON runs.id = receipts.run_id
     WHERE receipts.account_id = ? AND receipts.sha256 = ?`,
  )
    .bind(principal.accountId, upload.hash)
    .first();
  return { runId: row.run_id, receiptId: row.id, status: row.status, created: false };
}

function insertRun(env, principal, upload, runId, receiptId, at) {
  return env.DB.prepare(
    `INSERT INTO runs (id, account_id, kind, contract_version, source_event_id, begin_key, subject, params,
                       previous_run_id, state, status, next_safe_action, created_at, updated_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?12, ?7, ?8, ?9, ?10, ?11, ?11)`,
  ).bind(
    runId,
    principal.accountId,
    "receipt",
    1,
    `sha256:${upload.hash}`,
    receiptId,
    null,
    "received",
    "processing",
    "wait",
    at,
    JSON.stringify({ receipt_id: receiptId }),
  );
}

function insertReceipt(env, principal, upload, runId, receiptId, at) {
  return env.DB.prepare(
    `INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, object_key, run_id, uploaded_by,
                           created_at, width, height)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).bind(
    receiptId,
    principal.accountId,
    upload.hash,
    upload.mediaType,
    upload.size,
    upload.name,
    upload.key,
    runId,
    principal.userId,
    at,
    upload.width,
    upload.height,
  );
}
