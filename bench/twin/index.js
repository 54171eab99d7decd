// The receipt Worker once more, in JavaScript: the measure for what Python costs (bench/speed.py). Same bindings,
// migrations, SQL and round trips as src/; it knows only the path on which everything succeeds.

import { WorkerEntrypoint } from "cloudflare:workers";
import { authenticate } from "./access.js";
import { receive, Refused } from "./upload.js";

export { ReceiptWorkflow } from "./workflow.js";

export default class extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/health") return Response.json({ status: "ok" });
    if (pathname !== "/api/receipts" || request.method !== "POST") return new Response(null, { status: 404 });
    try {
      const principal = await authenticate(this.env, request);
      const { runId, receiptId, status, created } = await receive(this.env, principal, request);
      const headers = { location: `/api/runs/${runId}` };
      return Response.json({ runId, receiptId, status }, { status: created ? 202 : 200, headers });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return Response.json({ status: error.status, detail: error.message }, { status: error.status });
    }
  }

  async queue(batch) {
    for (const message of batch.messages) message.ack();
  }

  async scheduled() {}
}
