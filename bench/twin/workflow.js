// The four steps of the receipt workflow, as tillroll/workflows/receipt.py; the reading of the text is trivial here.

import { WorkflowEntrypoint } from "cloudflare:workers";
import * as ledger from "./ledger.js";
import * as records from "./records.js";
import { loadRun, perform, tell } from "./steps.js";
import { canonical, digest, newId } from "./values.js";

const MAX_PIXELS = 2_200_000;
const PROMPT =
  "Transcribe this receipt exactly as printed. One printed line per line of text, top to bottom. " +
  "Keep columns apart by two or more spaces. Do not translate, correct, summarise or add anything.";

const state = (name, status, nextSafeAction) => ({ state: name, status, nextSafeAction });
const config = (limit, delay, backoff, timeout) => ({ retries: { limit, delay, backoff }, timeout });
const OCR_EXTRACT = {
  name: "ocr-extract",
  config: config(5, "2 seconds", "exponential", "300 seconds"),
  to: state("text_extracted", "processing", "wait"),
};
const PARSE_STRUCTURED = {
  name: "parse-structured",
  config: config(3, "1 seconds", "exponential", "120 seconds"),
  to: state("parsed", "processing", "wait"),
};
const PERSIST_DB = {
  name: "persist-db",
  config: config(10, "3 seconds", "linear", "30 seconds"),
  to: state("expense_created", "complete", "none"),
};
const NOTIFY_USER = {
  name: "notify-user",
  config: config(5, "10 seconds", "exponential", "60 seconds"),
  to: state("notified", "complete", "none"),
};

export class ReceiptWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { env } = this;
    const hold = await loadRun(env, event.payload.runId);
    const { run } = hold;
    if (run.generation !== event.payload.generation) return { superseded: "another generation has taken over" };
    const { transcript } = await perform(env, step, hold, OCR_EXTRACT, (attempt) => extract(env, run, attempt));
    await perform(env, step, hold, PARSE_STRUCTURED, () => parse(env, run, transcript));
    await perform(env, step, hold, PERSIST_DB, () => persist(env, run));
    await perform(env, step, hold, NOTIFY_USER, () => notify(env, run));
    tell(hold);
    return { expenseId: records.expenseId(run) };
  }
}

async function extract(env, run, attempt) {
  const model = env.VISION_MODEL;
  const receipt = await records.loadReceipt(env, run.subject);
  const key = `${run.account_id}/${receipt.sha256}/transcript/${model.replace("@", "").replaceAll("/", "-")}.json`;
  if ((await env.BUCKET.get(key)) !== null) return { output: { transcript: key }, statements: [] };
  const image = await scaled(env, receipt);
  const content = [
    { type: "text", text: PROMPT },
    { type: "image_url", image_url: { url: image } },
  ];
  const question = { id: newId("aic"), model, purpose: "ocr-extract", input_sha256: await digest(image) };
  await ledger.start(env, run, attempt, question);
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
  const body = canonical({ text: answer.choices[0].message.content, calls: [call], doubt: null });
  await env.BUCKET.put(key, body, { httpMetadata: { contentType: "application/json" } });
  return { output: { transcript: key }, statements: [ledger.settle(env, run, call)] };
}

async function scaled(env, { object_key, width, height }) {
  const stored = await env.BUCKET.get(object_key);
  const side = Math.round(Math.max(width, height) * Math.min(1, Math.sqrt(MAX_PIXELS / (width * height))));
  const size = { width: side, height: side, fit: "scale-down" };
  const image = await env.IMAGES.input(stored.body).transform(size).output({ format: "image/jpeg", quality: 85 });
  const pixels = new Uint8Array(await image.response().arrayBuffer());
  return `data:image/jpeg;base64,${pixels.toBase64()}`;
}

async function parse(env, run, key) {
  await records.loadReceipt(env, run.subject);
  const { text } = JSON.parse(await (await env.BUCKET.get(key)).text());
  const lines = text.split("\n");
  const [day, month, year] = text.match(/(\d\d)\/(\d\d)\/(\d{4})/).slice(1);
  const total = text.match(/TOTAL\s+RM\s+(\d+\.\d\d)/)[1];
  const extraction = { merchant: lines[0], date: `${year}-${month}-${day}`, total, tax: null, currency: "MYR" };
  await records.knownMerchants(env, run, extraction.merchant);
  const duplicateOf = await records.findDuplicate(env, run, extraction);
  return { output: { reasons: [], duplicateOf }, statements: [records.storeExtraction(env, run, extraction)] };
}

async function persist(env, run) {
  const extraction = await records.loadExtraction(env, run);
  const statements = [
    records.insertExpense(env, run, extraction),
    records.insertSighting(env, run, extraction),
    records.holdEvent(env, run, extraction),
  ];
  return { output: { expenseId: records.expenseId(run) }, statements };
}

async function notify(env, run) {
  const statements = [records.insertNotice(env, run), records.releaseEvent(env, run)];
  return { output: { delivery: "no_receiver" }, statements };
}
