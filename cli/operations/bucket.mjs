// The bucket of a configuration, through wrangler's own proxy to its bindings: of this machine, or a deployed one where
// the binding says "remote". Called by cli/operations/bucket.py; speaks JSON, a line an object.
//
//   node bucket.mjs list CONFIG [PERSIST]                  prints {key, size, etag, contentType}
//   node bucket.mjs get|put CONFIG [PERSIST] < lines       of {key, file, contentType}; prints {key, isNew}
//
// `put` never replaces an object. PERSIST is the folder of this machine's data.

import { readFile, rename, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import process, { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { getPlatformProxy } from "wrangler";

const AT_ONCE = 8;
/** How it ends where the bucket has no object of a key; bucket.py knows it. */
const GONE = 44;
const TRIES = 5;
const PAUSE_MS = 300;

class ObjectGone extends Error {}

const print = (line) => stdout.write(`${JSON.stringify(line)}\n`);

/** While `make dev` writes to the same files, an act can meet a lock. Done again, it changes nothing. */
async function patiently(act) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof ObjectGone || attempt === TRIES) throw error;
      await setTimeout(attempt * PAUSE_MS);
    }
  }
}

async function list(bucket) {
  let cursor;
  do {
    const page = await patiently(() => bucket.list({ cursor, include: ["httpMetadata"] }));
    for (const { key, size, etag, httpMetadata } of page.objects) {
      print({ key, size, etag, contentType: httpMetadata?.contentType ?? null });
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}

async function get(bucket, { key, file }) {
  const found = await bucket.get(key);
  if (!found) throw new ObjectGone(`the object ${key} is gone`);
  const partial = `${file}.partial`;
  await writeFile(partial, new Uint8Array(await found.arrayBuffer()), { mode: 0o600 });
  await rename(partial, file);
  print({ key, isNew: true });
}

async function put(bucket, { key, file, contentType }) {
  const stored = await bucket.put(key, await readFile(file), {
    httpMetadata: contentType ? { contentType } : {},
    onlyIf: { etagDoesNotMatch: "*" },
  });
  print({ key, isNew: stored !== null });
}

async function forEachLine(bucket, act) {
  const lines = createInterface({ input: stdin })[Symbol.asyncIterator]();
  const worker = async () => {
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      await patiently(() => act(bucket, JSON.parse(next.value)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const [action, configPath, persist] = process.argv.slice(2);
const options = persist ? { persist: { path: persist }, remoteBindings: false } : {};
const proxy = await getPlatformProxy({ configPath, ...options });
try {
  if (action === "list") await list(proxy.env.BUCKET);
  else await forEachLine(proxy.env.BUCKET, action === "get" ? get : put);
} catch (error) {
  if (!(error instanceof ObjectGone)) throw error;
  console.error(error.message);
  process.exitCode = GONE;
} finally {
  await proxy.dispose();
}
