// A press is one act, whatever the line does: what the page sends, and what it makes of the answer.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { get, patch, post, request } from "../../public/js/api/client.ts";
import { ApiError, ConnectionError } from "../../public/js/api/errors.ts";

const NEW_TOKEN = { name: "laptop" };
/** What was sent: method, path and key. */
let sent = [];

beforeEach(() => {
  sent = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** The line gives these answers in turn; the last one for ever. */
function line(...answers) {
  const left = [...answers];
  mock.method(globalThis, "fetch", async (path, init) => {
    sent.push({ path, method: init.method ?? "GET", key: init.headers["Idempotency-Key"] });
    const next = left.length > 1 ? left.shift() : left[0];
    return next(init);
  });
}

const json = (status, body, headers = {}) =>
  () => new Response(JSON.stringify(body), { status, headers });
const text = (status, body) => () => new Response(body, { status });
const refused = () => {
  throw new TypeError("Failed to fetch");
};
const cutInBody = () =>
  new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"id": "tok_'));
        controller.error(new TypeError("terminated"));
      },
    }),
  );
const silent = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
const problem = (status, code, headers) =>
  json(status, { type: `urn:tillroll:problem:${code}`, title: "No", detail: "Say why." }, headers);
const done = json(201, { id: "tok_1" });

/** What comes of it, while the clock runs on. */
async function outcome(promise) {
  let isOver = false;
  const settled = promise.then((value) => ({ value }), (error) => ({ error })).finally(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 2_000 && !isOver; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(250);
  }
  assert.ok(isOver, "it stands for ever");
  return settled;
}

const keys = () => new Set(sent.map(({ key }) => key));

for (const [name, answer] of Object.entries({
  "refused": refused,
  "cut in the body": cutInBody,
  "garbage with 200": text(200, "<html>welcome to the hotel</html>"),
  "JSON that is no answer": text(200, '"soon"'),
  "nothing at all": text(200, ""),
  "502 of a gateway": text(502, "<html>bad gateway</html>"),
  "503 of the server": problem(503, "unavailable"),
  "504 of a gateway": text(504, ""),
  "an error that cannot be read": text(404, "<html>"),
  "an error that is no problem": text(400, '"bad"'),
  "silence": silent,
})) {
  test(`${name}: it is sent again under the same key, and done once`, async () => {
    line(answer, done);
    const { value } = await outcome(post("/api/tokens", NEW_TOKEN));
    assert.equal(value.id, "tok_1");
    assert.equal(sent.length, 2);
    assert.equal(keys().size, 1);
    assert.ok(sent[0].key);
  });

  test(`${name}, again and again: the next press is the same act`, async () => {
    line(answer);
    const body = { name: name };
    const { error } = await outcome(post("/api/tokens", body));
    assert.ok(error instanceof ConnectionError || error.status === 503, String(error));
    assert.equal(sent.length, 3);
    line(done);
    await outcome(post("/api/tokens", body));
    assert.equal(sent.length, 4);
    assert.equal(keys().size, 1);
    await outcome(post("/api/tokens", body));
    assert.equal(keys().size, 2, "an answer was read: the next one is another");
  });

  test(`${name}: of what is only looked at it is said`, async () => {
    line(answer);
    const { error } = await outcome(get("/api/people"));
    assert.ok(error instanceof ConnectionError || error.status === 503, String(error));
    assert.equal(sent.length, 1);
    assert.equal(sent[0].key, undefined);
  });
}

test("it says that there is no connection, and what to do", async () => {
  line(cutInBody);
  const { error } = await outcome(get("/api/people"));
  assert.equal(error.message, "No connection: try again.");
});

test("what is filled in otherwise is another act", async () => {
  line(refused);
  await outcome(post("/api/tokens", { name: "one" }));
  await outcome(post("/api/tokens", { name: "two" }));
  assert.equal(keys().size, 2);
});

test("a refusal is an answer: what is sent after it has another key", async () => {
  line(problem(422, "invalid-values"));
  const { error } = await outcome(post("/api/tokens", NEW_TOKEN));
  assert.ok(error instanceof ApiError);
  assert.equal(sent.length, 1);
  await outcome(post("/api/tokens", NEW_TOKEN));
  assert.equal(keys().size, 2);
});

test("a fault of the server is none: the next press goes on with the same act", async () => {
  line(problem(500, "internal-error"));
  const body = { name: "faulty" };
  await outcome(post("/api/tokens", body));
  await outcome(post("/api/tokens", body));
  assert.equal(sent.length, 2);
  assert.equal(keys().size, 1);
});

test("what is still carried out is waited for, until it is answered", async () => {
  const inFlight = problem(409, "request-in-flight", { "Retry-After": "58" });
  line(refused, ...Array(10).fill(inFlight), done);
  const { value } = await outcome(post("/api/tokens", { name: "slow" }));
  assert.equal(value.id, "tok_1");
  assert.equal(sent.length, 12);
  assert.equal(keys().size, 1);
});

test("no wait is without an end", async () => {
  line(problem(409, "request-in-flight"));
  const { error } = await outcome(post("/api/tokens", { name: "stuck" }));
  assert.equal(error.code, "request-in-flight");
});

test("a server that says when is believed, within reason", async () => {
  line(problem(503, "unavailable", { "Retry-After": "3" }), done);
  const begun = Date.now();
  await outcome(post("/api/tokens", { name: "later" }));
  assert.ok(Date.now() - begun >= 3_000);
});

test("a body that stops coming is given up", async () => {
  const stuck = ({ signal }) =>
    new Response(
      new ReadableStream({
        start(controller) {
          signal.addEventListener("abort", () => controller.error(signal.reason));
        },
      }),
    );
  line(stuck);
  const { error } = await outcome(get("/api/people"));
  assert.ok(error instanceof ConnectionError);
});

test("a wait on purpose is longer than the limit", async () => {
  const late = ({ signal }) =>
    new Promise((resolve, reject) => {
      setTimeout(() => resolve(new Response('{"id": "run_1"}')), 25_000);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  line(late);
  const { value } = await outcome(request("/api/runs/run_1", { patienceMs: 20_000 }));
  assert.equal(value.body.id, "run_1");
});

test("who looks away ends it, and what is asked for next is another act", async () => {
  line(silent);
  const looking = new AbortController();
  const asked = post("/api/acts/preview", { kind: "approve" }, { signal: looking.signal });
  looking.abort();
  const { error } = await outcome(asked);
  assert.equal(error.name, "AbortError");
  line(done);
  await outcome(post("/api/acts/preview", { kind: "approve" }));
  assert.equal(keys().size, 2);
});

test("edits have keys as well, by version", async () => {
  line(refused);
  const edit = (version) =>
    outcome(
      patch("/api/expenses/{expense_id}", { note: "lunch" }, {
        path: { expense_id: "exp_1" },
        headers: { "If-Match": `"${version}"` },
      }),
    );
  await edit(1);
  await edit(1);
  assert.equal(keys().size, 1);
  await edit(2);
  assert.equal(keys().size, 2);
});

test("what one signs in by is good once: it is sent once", async () => {
  line(refused);
  await outcome(post("/api/session", { code: "abc" }));
  assert.deepEqual(sent, [{ path: "/api/session", method: "POST", key: undefined }]);
});
