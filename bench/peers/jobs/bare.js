// Bare Cloudflare Workflows, as anyone writes them: `step.do` for each step, rows in D1, and nothing recorded beside that.

import { WorkflowEntrypoint } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";

const RETRIES = { retries: { limit: 5, delay: "1 second", backoff: "exponential" }, timeout: "1 minute" };

export class ReceiptWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { env } = this;
    if (event.payload.order) return this.carryOut(event.payload, step);
    const { runId, key } = event.payload;
    const text = await step.do("transcribe", RETRIES, async () => {
      const photo = await env.BUCKET.get(key);
      const picture = await photo.arrayBuffer();
      const image = `data:image/jpeg;base64,${new Uint8Array(picture).toBase64()}`;
      const messages = [{ role: "user", content: [{ type: "image_url", image_url: { url: image } }] }];
      return (await env.AI.run(env.VISION_MODEL, { messages })).choices[0].message.content;
    });
    const reading = await step.do("read", RETRIES, async () => read(text));
    await step.do("store", RETRIES, async () => {
      const { merchant, day, total } = reading;
      await env.DB.batch([
        env.DB.prepare("INSERT INTO bare_expenses VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING").bind(runId, merchant, day, total),
        env.DB.prepare("UPDATE bare_runs SET state = 'stored' WHERE id = ?").bind(runId),
      ]);
    });
    await step.do("notify", RETRIES, async () => {
      await env.DB.prepare("UPDATE bare_runs SET state = 'notified' WHERE id = ?").bind(runId).run();
    });
  }

  // Charge, then tell; where that is refused, refund. A step asks whether it was done before, as the rules of Workflows say.
  async carryOut({ order, side }, step) {
    const effect = (name) =>
      step.do(name, RETRIES, async () => {
        if ((await fetch(`${side}/${name}/${order}`)).ok) return name;
        const headers = { "content-type": "application/json", "idempotency-key": `${name}:${order}` };
        const answer = await fetch(`${side}/${name}`, { method: "POST", headers, body: JSON.stringify({ reference: order }) });
        if (answer.status === 422) throw new NonRetryableError("refused");
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        return (await answer.json()).id;
      });
    await effect("charges");
    try {
      await effect("notices");
    } catch {
      await effect("refunds");
    }
    await step.do("finish", RETRIES, async () => {
      await this.env.DB.prepare("UPDATE bare_runs SET state = 'notified' WHERE id = ?").bind(order).run();
    });
  }
}

function read(text) {
  const [, day, month, year] = text.match(/(\d\d)\/(\d\d)\/(\d{4})/);
  const [, whole, cents] = text.match(/^TOTAL\s+RM\s+(\d+)\.(\d\d)$/m);
  return { merchant: text.split("\n", 1)[0], day: `${year}-${month}-${day}`, total: Number(whole + cents) };
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/health") return Response.json({ status: "ok" });
    if (pathname.startsWith("/api/orders/")) {
      const order = pathname.split("/")[3];
      const side = request.headers.get("x-side");
      await env.DB.prepare("INSERT INTO bare_runs VALUES (?, 'received')").bind(order).run();
      await env.RECEIPT_WORKFLOW.createBatch([{ id: order, params: { order, side } }]);
      return Response.json({ runId: order }, { status: 202 });
    }
    if (pathname !== "/api/receipts" || request.method !== "POST") return new Response(null, { status: 404 });
    const photo = await (await request.formData()).get("receipt").arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", photo)).toHex();
    const runId = `run_${digest}`;
    await env.BUCKET.put(digest, photo);
    await env.DB.prepare("INSERT INTO bare_runs VALUES (?, 'received') ON CONFLICT DO NOTHING").bind(runId).run();
    // An id is an instance: the same photo again finds the one that there is.
    await env.RECEIPT_WORKFLOW.createBatch([{ id: runId.slice(0, 60), params: { runId, key: digest } }]);
    return Response.json({ runId }, { status: 202 });
  },
  async queue(batch) {
    batch.ackAll();
  },
  async scheduled() {},
};
