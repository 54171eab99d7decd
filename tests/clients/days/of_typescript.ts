// A day with the generated TypeScript client: upload, a list by its cursor, one field of an expense, a review, a
// webhook.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./tillroll.d.ts";

const [url, token, receiver, folder] = process.argv.slice(2) as [string, string, string, string];
const PATIENCE_MS = 120_000;
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });

/** What was answered, which must be a success. */
function is<Answer>(answer: { data?: Answer; error?: unknown }): Answer {
  assert.ok(answer.data !== undefined, JSON.stringify(answer.error));
  return answer.data;
}

async function upload(name: string): Promise<string> {
  const form = new FormData();
  form.append("receipt", new File([await readFile(`${folder}/${name}`)], name, { type: "application/pdf" }));
  const answer = await client.POST("/api/receipts", {
    params: { header: { "Idempotency-Key": `typescript-${name}` } },
    body: { receipt: "" },
    bodySerializer: () => form,
  });
  assert.ok(answer.response.headers.get("location")?.startsWith("/api/runs/"));
  return is(answer).runId;
}

async function waitFor(id: string, status: string): Promise<components["schemas"]["RunDetail"]> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(500)) {
    const run = is(await client.GET("/api/runs/{run_id}", { params: { path: { run_id: id } } }));
    if (run.status === status) return run;
  }
  throw new Error(`${id} did not become ${status}`);
}

async function listAll(): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = is(await client.GET("/api/expenses", { params: { query: { limit: 1, cursor } } }));
    for (const expense of page.items) ids.add(expense.id);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

type Event = { headers: Record<string, string>; body: string };

/** By Standard Webhooks: HMAC-SHA256 over id, timestamp and body. */
async function checkWebhook(secret: string, id: string): Promise<void> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(500)) {
    for (const { headers, body } of (await (await fetch(receiver)).json()) as Event[]) {
      const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
      const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
      assert.ok(headers["webhook-signature"]?.split(" ").includes(expected));
      if (JSON.parse(body).data.expenseId === id) return;
    }
  }
  throw new Error("no event came");
}

const made = is(await client.POST("/api/endpoints", { body: { url: receiver, topics: ["expense.updated"] } }));
const clear = await waitFor(await upload("clear.pdf"), "complete");
const doubted = await waitFor(await upload("doubted.pdf"), "needs_review");
is(
  await client.POST("/api/runs/{run_id}/review", {
    params: { path: { run_id: doubted.id } },
    body: { decision: "approve", values: { date: "2026-02-14" } },
  }),
);
const reviewed = await waitFor(doubted.id, "complete");
const ids = [clear, reviewed].map((run) => {
  assert.ok(run.expense);
  return run.expense.id;
});
assert.equal(new Set(ids).size, 2);
const all = await listAll();
assert.ok(ids.every((id) => all.has(id)));

const path = { expense_id: ids.toSorted()[0]! };
is(await client.PATCH("/api/expenses/{expense_id}", { params: { path }, body: { billable: true, tags: ["fair"] } }));
const note = "by TypeScript";
const changed = is(await client.PATCH("/api/expenses/{expense_id}", { params: { path }, body: { note } }));
assert.deepEqual([changed.note, changed.billable, changed.tags], [note, true, ["fair"]]);
const shown = await client.GET("/api/expenses/{expense_id}", { params: { path } });
const stale = await client.PATCH("/api/expenses/{expense_id}", {
  params: { path, header: { "If-Match": '"1"' } },
  body: { note: "late" },
});
assert.equal(stale.error?.status, 412);
assert.equal(stale.error?.etag, shown.response.headers.get("etag"));

const logo = new FormData();
logo.append("logo", new File([await readFile(`${folder}/logo.png`)], "logo.png", { type: "image/png" }));
is(await client.POST("/api/company/logo", { body: { logo: "" }, bodySerializer: () => logo }));
/** The bytes of an answer, which must be a success. */
function bytes(answer: { data?: ArrayBuffer; error?: unknown }): Buffer {
  return Buffer.from(is(answer));
}
const asBytes = { parseAs: "arrayBuffer" } as const;
const picture = bytes(await client.GET("/api/company/logo", asBytes));
assert.equal(picture.subarray(1, 4).toString("latin1"), "PNG");
const receiptPath = { params: { path: { receipt_id: clear.receipt!.id } } };
const pdf = bytes(await client.GET("/api/receipts/{receipt_id}/image", { ...receiptPath, ...asBytes }));
assert.ok(pdf.equals(await readFile(`${folder}/clear.pdf`)));
const balances = is(await client.GET("/api/ledger/trial-balance.csv", { parseAs: "text" }));
assert.ok(balances.includes(","));
assert.ok(made.secret);
await checkWebhook(made.secret, path.expense_id);
