// Where the words of a transcript stand on a page that has its text with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placedWords } from "../../public/js/receipts/pdf/placed-words.ts";

/** A text on the page: its left edge, its top, and a width of a hundredth for each sign. */
function piece(text, left, top) {
  const right = left + text.length / 100;
  return { text, corners: [left, top, right, top, right, top + 0.02, left, top + 0.02] };
}

test("a word stands where its letters do, however the text was divided", () => {
  const pieces = [piece("Total ", 0.1, 0.5), piece("EUR 4", 0.5, 0.5), piece(".20", 0.55, 0.501)];
  const [total, currency, amount] = placedWords(["Total        EUR 4.20"], 7, pieces);
  assert.deepEqual(total.slice(0, 5), [7, 0, 5, 1000, 5000]);
  assert.deepEqual(currency.slice(0, 4), [7, 13, 16, 5000]);
  assert.deepEqual(amount.slice(0, 4), [7, 17, 21, 5400]);
  assert.equal(amount[5], 5800);
});

test("of two lines that are alike each has its own place", () => {
  const words = placedWords(["VAT 1.00", "VAT 1.00"], 0, [piece("VAT 1.00", 0.1, 0.3), piece("VAT 1.00", 0.1, 0.6)]);
  assert.deepEqual(words.map((word) => word[4]), [3000, 3000, 6000, 6000]);
});

test("columns that stand a little apart are one line of the transcript", () => {
  const words = placedWords(["Invoice 17    ACME"], 0, [piece("Invoice 17", 0.1, 0.1), piece("ACME", 0.7, 0.13)]);
  assert.deepEqual(words.map((word) => word[4]), [1000, 1000, 1300]);
});

test("ligatures are letters", () => {
  const [word] = placedWords(["Office"], 0, [piece("Oﬃce", 0.1, 0.1)]);
  assert.deepEqual(word.slice(0, 3), [0, 0, 6]);
});

test("nothing is placed where the page does not have it", () => {
  assert.deepEqual(placedWords(["Total 4.20", ""], 0, [piece("Something else", 0.1, 0.1)]), []);
  assert.deepEqual(placedWords(["Total 4.20"], 0, []), []);
});
