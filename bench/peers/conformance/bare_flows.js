// The workflows of the suite in bare Cloudflare Workflows, as its guide writes them: `step.do` for each request.
// With care a shipment, which knows no key, is looked up before it is sent, as its rules of Workflows ask for.

import { WorkflowEntrypoint } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";

const RETRIES = { retries: { limit: 4, delay: "1 second", backoff: "constant" }, timeout: "10 minutes" };

export class ReceiptWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { workflow, run } = event.payload;
    await FLOWS[workflow](new Calls(this.env, step, run));
  }
}

class Calls {
  constructor(env, step, run) {
    this.env = env;
    this.step = step;
    this.run = run;
  }

  effect(name, more = {}) {
    return this.step.do(name, RETRIES, async () => {
      if (this.env.PEER_CARE && name === "shipments") {
        const found = await fetch(`${this.env.PEER_SIDE}/${name}/${this.run}`);
        if (found.ok) return (await found.json()).id;
        if (found.status !== 404) throw new Error(`answered ${found.status}`);
      }
      const headers = { "content-type": "application/json", "idempotency-key": `${name}:${this.run}` };
      const body = JSON.stringify({ run: this.run, ...more });
      const answer = await fetch(`${this.env.PEER_SIDE}/${name}`, { method: "POST", headers, body });
      if (answer.status === 422) throw new NonRetryableError(`${name}: ${(await answer.json()).error}`);
      if (!answer.ok) throw new Error(`${name} was answered ${answer.status}`);
      return (await answer.json()).id;
    });
  }

  quote() {
    return this.step.do("quotes", RETRIES, async () => {
      const answer = await fetch(`${this.env.PEER_SIDE}/quotes/${this.run}`);
      return (await answer.json()).amount;
    });
  }

  async wait(timeout) {
    try {
      return (await this.step.waitForEvent("go", { type: "go", timeout })).payload.value;
    } catch {
      return "late"; // its time ran out
    }
  }
}

async function undoing(calls) {
  const done = [];
  try {
    for (const [name, undo] of [["reservations", "releases"], ["charges", "refunds"]]) {
      try {
        await calls.effect(name);
      } catch (error) {
        // It may have been done, unless it was refused.
        if (calls.env.PEER_CARE && !`${error}`.includes(`${name}: `)) done.push(undo);
        throw error;
      }
      done.push(undo);
    }
    await calls.effect("shipments");
  } catch (error) {
    for (const undo of done.reverse()) await calls.effect(undo);
    throw error;
  }
}

async function waiting(calls, timeout) {
  await calls.effect("charges");
  const value = await calls.wait(timeout);
  await calls.effect("shipments", { value });
}

const FLOWS = {
  "two-calls": async (calls) => {
    await calls.effect("charges");
    await calls.effect("shipments");
  },
  quoted: async (calls) => {
    const amount = await calls.quote();
    await calls.effect("charges", { amount });
  },
  message: (calls) => calls.effect("messages"),
  waiting: (calls) => waiting(calls, "1 hour"),
  "waiting-shortly": (calls) => waiting(calls, "3 seconds"),
  undoing,
  "side-by-side": (calls) => Promise.all(["parts-a", "parts-b", "parts-c"].map((name) => calls.effect(name))),
};

const STANDINGS = { complete: "complete", errored: "failed", terminated: "failed" };

async function answer(request, env) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/api/health") return Response.json({ status: "ok" });
  const [, , , run, act] = pathname.split("/");
  if (request.method === "POST" && !act) {
    // An id is an instance: asked for again, it is the one that there is.
    await env.RECEIPT_WORKFLOW.createBatch([{ id: run, params: { workflow: searchParams.get("workflow"), run } }]);
    return Response.json({ run }, { status: 202 });
  }
  const instance = await env.RECEIPT_WORKFLOW.get(run);
  if (act === "signal") {
    await instance.sendEvent({ type: "go", payload: { value: searchParams.get("value") } });
    return Response.json({ run }, { status: 202 });
  }
  if (act === "retry") {
    return new Response("an instance that failed goes on no more", { status: 501 });
  }
  const { status, error } = await instance.status();
  const says = typeof error === "string" ? error : JSON.stringify(error ?? status);
  return Response.json({ standing: STANDINGS[status] ?? "running", says });
}

export default {
  async fetch(request, env) {
    try {
      return await answer(request, env);
    } catch (error) {
      return new Response(`${error}`, { status: 500 });
    }
  },
  async queue(batch) {
    batch.ackAll();
  },
  async scheduled() {},
};
