// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const SOURCES = resolve(import.meta.dirname, "../../public/js");
/** What a module names, types too; what it loads later is `import("…")`. */
const IMPORTED = /^(?:import|export)\s[^;]*?from "(\.[^"]+)"/gm;

test("no module imports itself by way of others", () => {
  /** @type {Map<string, string[]>} */
  const imports = new Map();
  for (const name of readdirSync(SOURCES, { recursive: true, encoding: "utf8" })) {
    if (!/\.(js|tsx?)$/.test(name)) continue;
    const path = join(SOURCES, name);
    const found = [...readFileSync(path, "utf8").matchAll(IMPORTED)].map(([, to]) => resolve(dirname(path), to ?? ""));
    imports.set(path, found);
  }
  const done = new Set();
  /** @param {string} path @param {string[]} way */
  function walk(path, way) {
    assert.ok(!way.includes(path), [...way.slice(way.indexOf(path)), path].join(" -> "));
    if (done.has(path)) return;
    for (const to of imports.get(path) ?? []) walk(to, [...way, path]);
    done.add(path);
  }
  for (const path of imports.keys()) walk(path, []);
  assert.ok(done.size > 100);
});

test("no two views are opened by the same key", () => {
  const keys = [...readFileSync(join(SOURCES, "shell/routes.ts"), "utf8").matchAll(/\bkey: "(.)"/g)].map(([, key]) => key);
  assert.ok(keys.length > 10);
  assert.deepEqual(keys.filter((key, index) => keys.indexOf(key) !== index), []);
});
