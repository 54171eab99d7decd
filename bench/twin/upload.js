// POST /api/receipts, as tillroll/receipts/native.py: check, store, record, start.

import SQL from "./sql.json";
import { batch } from "./sql.js";
import { canonical, eventValues, hoursAfter, newId, now, sha256 } from "./values.js";

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
    await batch(
      env,
      "record",
      runValues(principal, upload, runId, receiptId, at),
      receiptValues(env, principal, upload, runId, receiptId, at),
      await eventValues({
        stream: runId,
        eventKey: "created",
        accountId: principal.accountId,
        actor: principal.actor,
        action: "run.created",
        at,
        detail: { previousRun: null, subject: receiptId, to: "received" },
      }),
    );
  } catch (error) {
    if (!error.message.includes("constraint failed")) throw error;
    throw new Refused(409, "These bytes are here already; the twin takes new ones only.");
  }
  await env.RECEIPT_WORKFLOW.create({ id: `${runId}-1`, params: { runId, generation: 1 } });
  return { runId, receiptId, status: "processing" };
}

const runValues = (principal, upload, runId, receiptId, at) => [
  runId,
  principal.accountId,
  "receipt",
  1,
  `sha256:${upload.hash.slice(0, 32)}`,
  receiptId,
  null,
  "received",
  "processing",
  "wait",
  at,
  canonical({ receipt_id: receiptId }),
  hoursAfter(at, 24),
  null,
  null,
  principal.userId,
  null,
  null,
  SQL.fingerprint[0],
];

const receiptValues = (env, principal, upload, runId, receiptId, at) => [
  receiptId,
  principal.accountId,
  upload.hash,
  upload.mediaType,
  upload.size,
  upload.name,
  runId,
  principal.userId,
  at,
  upload.width,
  upload.height,
  at.slice(0, 7),
  Number(env.QUOTA_UPLOADS),
  Number(env.QUOTA_STORAGE_MB) * 1e6,
  null, // of no photo of several
  null, // nobody says who paid
];
