/** What the command palette finds by letters of which one is wrong, and what it offers first. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { monthNamed, readMonth } from "../../public/js/values/month-names.ts";
import { beginsNearly } from "../../public/js/values/near.ts";

test("one wrong letter of a word, or of its beginning, is put right", () => {
  for (const typed of ["star", "stra", "sturb", "starbuks", "sttarbucks", "xstarbucks", "tarbucks"])
    assert.ok(beginsNearly("starbucks", typed), typed);
});

test("two wrong letters are not, nor one of a short word", () => {
  assert.equal(beginsNearly("starbucks", "sturbacks"), false);
  assert.equal(beginsNearly("bar", "bor"), false);
});

test("a word of any length takes a time in proportion to it", () => {
  const long = "a".repeat(1_000_000);
  assert.ok(beginsNearly(`${long}b`, `${long}c`));
});

test("a month is found though one letter is wrong", () => {
  assert.equal(monthNamed("ocotber", "2026-11-28"), "2026-10");
  assert.equal(monthNamed("october", "2026-11-28"), "2026-10");
  assert.equal(monthNamed("last mont", "2026-01-28"), "2025-12");
  assert.equal(monthNamed("lsat month", "2026-11-28"), "2026-10");
  assert.equal(monthNamed("july 2018", "2026-11-28"), "2018-07");
  assert.equal(monthNamed("last", "2026-11-28"), null);
});

test("a month is read as it is typed", () => {
  for (const typed of ["2026-03", "202603", "3/2026", "03.2026", "march 2026"])
    assert.equal(readMonth(typed), "2026-03", typed);
  for (const typed of ["", "2026", "2026-13", "13/2026", "soon"]) assert.equal(readMonth(typed), "");
});
