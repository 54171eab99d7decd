// The receipt Worker once more, in JavaScript: the measure for what Python costs (bench/speed.py). It has the bindings,
// SQL and round trips of src/, and knows only the path on which everything succeeds. tests/integration/test_twin.py
// compares what both write.

import { WorkerEntrypoint } from "cloudflare:workers";
import { authenticate } from "./access.js";
import { log } from "./log.js";
import { receive, Refused } from "./upload.js";

export { ReceiptWorkflow } from "./workflow.js";

export default class extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/health") return Response.json({ status: "ok" });
    if (pathname !== "/api/receipts" || request.method !== "POST") return new Response(null, { status: 404 });
    const began = Date.now();
    const { response, account, runId, receiptId } = await this.upload(request);
    const of = { method: "POST", route: pathname, status: response.status, account, run: runId, subject: receiptId };
    log("request.answered", { ...of, duration_ms: Date.now() - began });
    return response;
  }

  async upload(request) {
    try {
      const principal = await authenticate(this.env, this.ctx, request);
      const { runId, receiptId, status } = await receive(this.env, principal, request);
      const headers = { location: `/api/runs/${runId}` };
      const response = Response.json({ runId, receiptId, status }, { status: 202, headers });
      return { response, account: principal.accountId, runId, receiptId };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const body = { status: error.status, detail: error.message };
      return { response: Response.json(body, { status: error.status }) };
    }
  }

  async queue(batch) {
    for (const message of batch.messages) message.ack();
  }

  async scheduled() {}
}
