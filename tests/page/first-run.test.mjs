// What the first run proposes, and what it says of what was set.
import assert from "node:assert/strict";
import { test } from "node:test";
import { countryHere, settled } from "../../public/js/accounts/first-run.ts";

test("a country is proposed by the time zone, then by the language", () => {
  assert.equal(countryHere(["en-US", "en"], "Europe/Berlin"), "DE");
  assert.equal(countryHere(["de-AT", "de"], "UTC"), "AT");
  assert.equal(countryHere(["en-US", "en"], "UTC"), "");
  assert.equal(countryHere(["de"], "UTC"), "");
});

test("what was set is said in sentences", () => {
  const german = { country: "DE", baseCurrency: "EUR", language: "de", chart: "skr03", bankAccountId: "ban_1" };
  assert.equal(
    settled(german),
    "Your books are in EUR. Categories have German names. Their accounts are those of SKR 03. Your bank account is there.",
  );
  const bare = { country: "AQ", baseCurrency: null, language: "en", chart: null, bankAccountId: null };
  assert.equal(settled(bare), "Choose the currency of your books in Settings. Categories have English names.");
});
