// Each act of the page is one, whatever the line does. The list of acts is read from the page's own
// modules, so that a new one is played too.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";

import { del, patch, post, put, request } from "../../public/js/api/client.ts";
import { keyOfFile } from "../../public/js/api/keys.ts";

const SOURCES = new URL("../../public/js/", import.meta.url);
const CALL = /(?<![.#\w]|function )(post|put|patch|del)\(\s*/g;
const ADDRESS = /^["`](\/api\/[^"`]+)["`]/;
const ASK = { post, put, patch };
/** A key belongs to who is signed in: see keys.ts. */
const WITHOUT_KEY = new Set([
  "/api/session",
  "/api/session/passkey",
  "/api/session/passkey-options",
  "/api/sign-in-links",
  "/api/mail-address/confirm",
]);

/** What the server did, by its key: the answer. */
let done = new Map();
/** How often it was asked. */
let asked = 0;

beforeEach(() => {
  done = new Map();
  asked = 0;
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** @returns how an act is asked for, and its address, of each call in the page's modules */
function calls() {
  const found = new Map();
  const strange = [];
  for (const name of readdirSync(SOURCES, { recursive: true })) {
    if (!/\.tsx?$/.test(name) || name === "api/client.ts" || name.endsWith(".d.ts")) continue;
    const text = readFileSync(new URL(name, SOURCES), "utf8");
    if (!text.includes('/client.ts"')) continue;
    for (const { 0: whole, 1: how, index } of text.matchAll(CALL)) {
      const address = ADDRESS.exec(text.slice(index + whole.length))?.[1];
      if (address === undefined) strange.push(`${name}: ${text.slice(index, index + 60)}`);
      else found.set(`${how} ${address}`, { how, address: address.replace(/\$\{\w+\}/g, "what") });
    }
  }
  return { acts: [...found.values()], strange };
}

const cutInBody = () =>
  new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"id": "'));
        controller.error(new TypeError("terminated"));
      },
    }),
  );

const refused = () => {
  throw new TypeError("Failed to fetch");
};

const silent = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
const page = (status) => () => new Response("<h1>Sign in to the hotel's network</h1>", { status });

/** How the line breaks, before the server hears of it or behind what it did. */
const FAULTS = [
  { name: "refused", isBehind: false, hears: refused },
  { name: "502 before the server", isBehind: false, hears: page(502) },
  { name: "killed before the commit", isBehind: false, hears: cutInBody },
  { name: "cut in the head, or killed behind the commit", isBehind: true, hears: refused },
  { name: "cut in the body", isBehind: true, hears: cutInBody },
  { name: "garbage", isBehind: true, hears: page(200) },
  { name: "502", isBehind: true, hears: page(502) },
  { name: "silence", isBehind: true, hears: silent },
];

/** A server that does each key once, and forgets nothing. */
function serve({ headers }) {
  const key = headers["Idempotency-Key"];
  assert.ok(key, "it came without a key");
  if (!done.has(key)) done.set(key, `{"id": "${done.size}"}`);
  return new Response(done.get(key));
}

/** So many answers are lost. */
function line(losses, { isBehind, hears }) {
  let left = losses;
  mock.method(globalThis, "fetch", async (_, init) => {
    asked += 1;
    if (left === 0) return serve(init);
    left -= 1;
    if (isBehind) serve(init);
    return hears(init);
  });
}

/** What comes of it, while the clock runs on. */
async function outcome(promise) {
  let isOver = false;
  const settled = promise
    .then((value) => ({ value }), (error) => ({ error }))
    .finally(() => {
      isOver = true;
    });
  for (let turn = 0; turn < 1_000 && !isOver; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(250);
  }
  assert.ok(isOver, "it stands for ever");
  return settled;
}

function press({ how, address }) {
  const path = Object.fromEntries([...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, "x"]));
  if (how === "del") return outcome(del(address, { path }));
  const body = { filled: "in" };
  return outcome(ASK[how](address, body, { path }));
}

const { acts, strange } = calls();
const keyed = acts.filter(({ how, address }) => how !== "post" || !WITHOUT_KEY.has(address));

test("each call names its address, so that none is forgotten here", () => {
  assert.deepEqual(strange, []);
  assert.ok(acts.length > 100, String(acts.length));
  assert.ok(keyed.length >= acts.length - WITHOUT_KEY.size);
});

for (const fault of FAULTS) {
  test(`${fault.name}, once: each act is done once`, async () => {
    for (const act of keyed) {
      done = new Map();
      line(1, fault);
      const { error } = await press(act);
      assert.equal(error, undefined, act.address);
      assert.equal(done.size, 1, act.address);
    }
  });

  test(`${fault.name}, again and again, and another press: each act is done once`, async () => {
    for (const act of keyed) {
      done = new Map();
      asked = 0;
      line(3, fault);
      assert.ok((await press(act)).error, act.address);
      assert.equal((await press(act)).error, undefined, act.address);
      assert.equal(done.size, 1, act.address);
      assert.equal(asked, 4, act.address);
    }
  });
}

test("the key in a body is the act's, and another's where something else is filled in", async () => {
  const sent = [];
  mock.method(globalThis, "fetch", async (_, { headers, body }) => {
    sent.push({ inHead: headers["Idempotency-Key"], inBody: JSON.parse(body).key });
    return sent.length < 4 ? refused() : new Response("{}");
  });
  const send = (payload) => {
    const bodyOf = (key) => JSON.stringify({ key, payload });
    return outcome(request("/api/runs/x/signals/go", { method: "POST", body: bodyOf(""), bodyOf }));
  };
  await send({ amount: 1 });
  await send({ amount: 1 });
  assert.equal(sent.length, 4);
  assert.ok(sent.every(({ inHead, inBody }) => inHead && inHead === inBody));
  assert.equal(new Set(sent.map(({ inHead }) => inHead)).size, 1);
  await send({ amount: 2 });
  assert.equal(new Set(sent.map(({ inHead }) => inHead)).size, 2);
});

test("the service worker sends a file under the key that the page sends it under", () => {
  const worker = readFileSync(new URL("../../public/sw.js", import.meta.url), "utf8");
  const [, written] = /"Idempotency-Key": (`[^`]+`)/.exec(worker);
  const byWorker = new Function("sentAs", "paidBy", `return ${written}`);
  for (const paidBy of [null, "company", "employee"]) {
    assert.equal(byWorker("1", paidBy), keyOfFile("1", paidBy));
  }
});
