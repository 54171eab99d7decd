/** What a part of the page is given is checked by the compiler, down to the last property. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { after, test } from "node:test";

const ROOT = join(import.meta.dirname, "..", "..");
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");

// Within the project, where the compiler finds the types of Preact.
mkdirSync(join(ROOT, ".build"), { recursive: true });
const folder = mkdtempSync(join(ROOT, ".build", "props-"));
after(() => rmSync(folder, { recursive: true }));

/** @param {string} element @returns {string} what the compiler says of it */
function checked(element) {
  const fields = relative(folder, join(ROOT, "public", "js", "parts", "fields.tsx"));
  const source = `import { TextField } from "${fields}";\nexport const shown = ${element};\n`;
  writeFileSync(join(folder, "planted.tsx"), source);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.tsx", "../../public/js/parts/*.d.ts"] }));
  return spawnSync(process.execPath, [TSC, "-p", folder], { encoding: "utf8" }).stdout;
}

test("what is given rightly passes", () => {
  assert.equal(checked('<TextField label="Note" value="" onValue={(text) => text.trim()} />'), "");
});

test("a property with a misspelt name is refused", () => {
  assert.match(checked('<TextField label="Note" value="" onValue={() => {}} placehodler="None" />'), /planted\.tsx\(2,\d+\): error TS2322: .*placehodler/s);
});

test("a property of another type is refused", () => {
  assert.match(checked('<TextField label="Note" value={3} onValue={() => {}} />'), /planted\.tsx\(2,\d+\): error TS2322: Type 'number' is not assignable to type 'string'/);
});

test("a property that is missing is refused", () => {
  assert.match(checked('<TextField label="Note" value="" />'), /planted\.tsx\(2,\d+\): error TS2322: .*Property 'onValue' is missing/s);
});
