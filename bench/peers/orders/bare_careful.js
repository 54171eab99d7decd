// An order in bare Cloudflare Workflows, as its rules of Workflows ask for: keys where they are honoured, and a look
// at what was done where they are not.

import { WorkflowEntrypoint } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";

const RETRIES = { retries: { limit: 8, delay: "1 second", backoff: "constant" }, timeout: "1 minute" };

export class ReceiptWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { order, side } = event.payload;
    const ask = (name, method, path, lookUp) =>
      step.do(name, RETRIES, async () => {
        if (lookUp) {
          const found = await fetch(`${side}/${lookUp}`);
          if (found.ok) return (await found.json()).id;
          if (found.status !== 404) throw new Error(`answered ${found.status}`);
        }
        const headers = { "content-type": "application/json", "idempotency-key": `${name}:${order}` };
        const body = JSON.stringify({ order, reference: order });
        const answer = await fetch(`${side}/${path}`, { method, headers, body });
        if (answer.status === 422) throw new NonRetryableError("refused");
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        return (await answer.json()).id;
      });
    await ask("charge", "POST", "charges");
    await ask("reserve", "PUT", `reservations/${order}`);
    let isShipped = true;
    try {
      await ask("ship", "POST", "shipments", `shipments/${order}`);
    } catch {
      isShipped = false;
    }
    if (isShipped) {
      await ask("mail", "POST", "mails");
    } else {
      await ask("release", "DELETE", `reservations/${order}`);
      await ask("refund", "POST", "refunds");
    }
    await step.do("record", RETRIES, async () => {
      await this.env.DB.prepare("UPDATE bare_runs SET state = 'notified' WHERE id = ?").bind(order).run();
    });
  }
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/health") return Response.json({ status: "ok" });
    const order = pathname.split("/")[3];
    const side = request.headers.get("x-side");
    await env.DB.prepare("INSERT INTO bare_runs VALUES (?, 'received') ON CONFLICT DO NOTHING").bind(order).run();
    await env.RECEIPT_WORKFLOW.createBatch([{ id: order, params: { order, side } }]);
    return Response.json({ runId: order }, { status: 202 });
  },
  async queue(batch) {
    batch.ackAll();
  },
  async scheduled() {},
};
