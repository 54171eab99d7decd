// The four steps of the receipt workflow, as tillroll/receipts/workflow.py; the reading of the text is trivial here.

import { WorkflowEntrypoint } from "cloudflare:workers";
import { read } from "./reading.js";
import * as records from "./records.js";
import { batch } from "./sql.js";
import { load, perform, tell } from "./steps.js";
import { canonical, digest, newId, now } from "./values.js";

const MAX_PIXELS = 2_200_000;
const PROMPT =
  "Transcribe this receipt exactly as printed. One printed line per line of text, top to bottom. " +
  "Keep columns apart by two or more spaces. Do not translate, correct, summarise or add anything.";

const state = (name, status, nextSafeAction, deadlineHours) => ({ state: name, status, nextSafeAction, deadlineHours });
const config = (limit, delay, backoff, timeout) => ({ retries: { limit, delay, backoff }, timeout });
const OCR_EXTRACT = {
  name: "ocr-extract",
  trip: "read",
  config: config(5, "2 seconds", "exponential", "300 seconds"),
  to: state("text_extracted", "processing", "wait", 24),
};
const PARSE_STRUCTURED = {
  name: "parse-structured",
  trip: "parse",
  config: config(3, "1 seconds", "exponential", "120 seconds"),
  to: state("parsed", "processing", "wait", 24),
};
const PERSIST_DB = {
  name: "persist-db",
  trip: "persist",
  config: config(10, "3 seconds", "linear", "30 seconds"),
  to: state("expense_created", "complete", "none", 96),
};
const NOTIFY_USER = {
  name: "notify-user",
  trip: "notify",
  config: config(5, "10 seconds", "exponential", "600 seconds"),
  to: state("notified", "complete", "none", null),
};

export class ReceiptWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { env } = this;
    const hold = await load(env, event.payload.runId);
    const { run } = hold;
    if (run.generation !== event.payload.generation) return { superseded: "another generation has taken over" };
    const extracted = await perform(env, step, hold, OCR_EXTRACT, (attempt) => extract(env, hold, attempt));
    await perform(env, step, hold, PARSE_STRUCTURED, (_, given) => parse(env, hold, given), extracted);
    await perform(env, step, hold, PERSIST_DB, () => persist(hold), {});
    await perform(env, step, hold, NOTIFY_USER, () => notify(hold));
    tell(hold);
    return { expenseId: records.expenseId(run) };
  }
}

async function extract(env, { run, receipt }, attempt) {
  const model = env.VISION_MODEL;
  const key = `${run.account_id}/${receipt.sha256}/transcript/${model.replace("@", "").replaceAll("/", "-")}.json`;
  if ((await env.BUCKET.get(key)) !== null) throw new Error("The twin reads new receipts only.");
  const image = await scaled(env, receipt);
  const content = [
    { type: "text", text: PROMPT },
    { type: "image_url", image_url: { url: image } },
  ];
  const question = { id: newId("aic"), model, purpose: "ocr-extract", input_sha256: await digest(image) };
  const [, offered] = await batch(env, "call", ...records.offered(env, run, attempt, question));
  if (offered.results[0].state !== "started") throw new Error("The budget of today is spent.");
  const began = Date.now();
  const answer = await env.AI.run(model, { messages: [{ role: "user", content }], stream: false, temperature: 0 });
  const call = {
    ...question,
    state: "completed",
    duration_ms: Date.now() - began,
    input_tokens: answer.usage.prompt_tokens,
    output_tokens: answer.usage.completion_tokens,
    error: null,
    reason: null,
    output_key: key,
  };
  const text = answer.choices[0].message.content;
  const boxes = answer.boxes && { boxes: answer.boxes };
  const body = canonical({ text, calls: [call], doubt: null, xml: null, attachments: [], ...boxes });
  await env.BUCKET.put(key, body, { httpMetadata: { contentType: "application/json" } });
  const after = () => records.recollection(run, read(text));
  return { output: { transcript: key }, values: [records.settled(env, run, call)], after };
}

async function scaled(env, { object_key, width, height }) {
  const stored = await env.BUCKET.get(object_key);
  const side = Math.round(Math.max(width, height) * Math.min(1, Math.sqrt(MAX_PIXELS / (width * height))));
  const size = { width: side, height: side, fit: "scale-down" };
  const image = await env.IMAGES.input(stored.body).transform(size).output({ format: "image/jpeg", quality: 85 });
  const pixels = new Uint8Array(await image.response().arrayBuffer());
  return `data:image/jpeg;base64,${pixels.toBase64()}`;
}

async function parse(env, hold, { transcript }) {
  const { text } = JSON.parse(await (await env.BUCKET.get(transcript)).text());
  hold.along.read = read(text);
  const output = { reasons: [], duplicateOf: null };
  return { output, values: [records.extraction(hold.run, hold.along.read)] };
}

async function persist({ run, along }) {
  const values = [
    records.expense(run, along.read),
    records.conversion(run),
    records.items(run, along.read),
    records.sighting(run, along.read),
    records.heldEvent(run, along.read),
  ];
  return { output: { expenseId: records.expenseId(run) }, values, after: (at) => [records.completion(run, at)] };
}

async function notify({ run, receipt }) {
  const at = now();
  const people = [records.recipients(run, receipt.uploaded_by, at), records.pushed(run, at)];
  const values = [records.notification(run), ...people, records.release(run)];
  return { output: null, values };
}
