// What a typed category means: one in use, one of several, or a new one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { nameMeant } from "../../public/js/values/name-meant.ts";

const KNOWN = ["Bewirtung", "Bürobedarf", "Büromiete", "Reise", "Reisekosten"];

for (const [typed, name, isNew, several] of [
  ["", "", false, []],
  ["   ", "", false, []],
  ["bewirtung", "Bewirtung", false, []],
  ["Bew", "Bewirtung", false, []],
  ["  bew ", "Bewirtung", false, []],
  ["Büro", "Büro", false, ["Bürobedarf", "Büromiete"]],
  ["Reise", "Reise", false, []],
  ["Porto", "Porto", true, []],
]) {
  test(`"${typed}" means what it begins, or is asked about`, () => {
    assert.deepEqual(nameMeant(typed, KNOWN), { name, isNew, several });
  });
}

test("where none is known, each is new", () => {
  assert.deepEqual(nameMeant("Porto", []), { name: "Porto", isNew: true, several: [] });
});
