/** What the Worker says, in the page's language: found by its text or its pattern, whatever values stand in it. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

import gettext from "gettext-parser";

import { inWordsOf, MEMBERS, sayer } from "../../public/js/said.ts";
import { withoutRoutes } from "../../public/js/values/routes.ts";

const CATALOGUE = new URL("../../public/words/worker.de.po", import.meta.url);
const { translations } = gettext.po.parse(await readFile(CATALOGUE));
const german = Object.fromEntries(Object.values(translations[""]).filter(({ msgid }) => msgid).map(({ msgid, msgstr }) => [msgid, msgstr[0]]));
const small = sayer(
  {
    "an expense": "eine Ausgabe",
    "{1} was paid on {2}": "{1} wurde am {2} bezahlt",
    "Look at it again.": "Sehen Sie es sich noch einmal an.",
    "It comes to {1} {2}, not to {3}": "Es ergibt {1} {2}, nicht {3}",
    "It comes to {1}": "Es ergibt {1}",
    "Pay {1} by hand": "Zahlen Sie {1} von Hand",
  },
  "de",
);

test("a sentence is found whatever its first letter and its full stop are", () => {
  assert.equal(small("An expense."), "Eine Ausgabe.");
  assert.equal(small("look at it again"), "Sehen Sie es sich noch einmal an");
});

test("values stay, words in holes are said too, and days and amounts are written as there", () => {
  assert.equal(small("Lunch was paid on 2026-03-31."), "Lunch wurde am 31.03.2026 bezahlt.");
  assert.equal(small("An expense was paid on Monday."), "Eine Ausgabe wurde am Monday bezahlt.");
  assert.match(small("Pay 1,234.50 EUR by hand."), /^Zahlen Sie .*1.?234.*50.* von Hand\.$/);
});

test("a list is said where each of its parts is known, and stays as a whole otherwise", () => {
  const say = sayer(german, "de");
  assert.equal(
    say("It is voided; only what is ready or approved can be exported."),
    "Sie ist storniert; nur was fertig oder genehmigt ist, kann exportiert werden.",
  );
  assert.equal(say("ready, approved, and paid"), "fertig, genehmigt und bezahlt");
  assert.equal(say("Fish and Chips"), "Fish and Chips");
  assert.equal(say("Ready and Steady"), "Ready and Steady");
});

test("names that the Worker gives are said, and those of people are not", () => {
  const say = sayer(german, "de");
  const names = ["Billing, still to be paid, EUR", "Anyone who can approve", "Bank charges"].map((name) => ({ name }));
  assert.deepEqual(inWordsOf(say, names).map(({ name }) => name), ["Forderungen, noch zu bezahlen, EUR", "Jeder, der genehmigen darf", "Bank charges"]);
});

test("of two patterns the one with more text is taken", () => {
  assert.equal(small("It comes to 5.00 EUR, not to 6.00"), "Es ergibt 5.00 EUR, nicht 6.00");
});

test("the same sentence twice is two sentences, each with its own value", () => {
  const say = sayer(german, "de");
  assert.equal(
    say("“Hotel” is in the name. “Hotelbetriebs” is in the name."),
    "„Hotel“ steht im Namen. „Hotelbetriebs“ steht im Namen.",
  );
  assert.equal(say("“Kopierpapier” and “Haftnotizen” are on it."), "„Kopierpapier“ und „Haftnotizen“ stehen auf dem Beleg.");
});

test("how long money took is said as a whole", () => {
  const say = sayer(german, "de");
  for (const [english, other] of [
    ["13 days later", "13 Tage später"],
    ["seven days later", "sieben Tage später"],
    ["one day later", "einen Tag später"],
    ["two days earlier", "zwei Tage früher"],
  ]) {
    assert.equal(say(english), other);
  }
});

test("names of a set-up are said until somebody gives others", () => {
  const say = sayer(german, "de");
  const names = ["My company", "Owner", "first token", "Bank, fees, EUR", "Owner of a shop"].map((name) => ({ name }));
  assert.deepEqual(
    inWordsOf(say, names).map(({ name }) => name),
    ["Meine Firma", "Inhaber", "erstes Token", "Bank, Gebühren, EUR", "Owner of a shop"],
  );
});

test("several sentences are each said, and what is in no catalogue stays", () => {
  assert.equal(small("It comes to 7. Look at it again."), "Es ergibt 7. Sehen Sie es sich noch einmal an.");
  assert.equal(small("Grandma said so. Look at it again."), "Grandma said so. Sehen Sie es sich noch einmal an.");
  assert.equal(small("Something else"), "Something else");
});

test("in an answer only members that hold sentences are said, and codes stay", () => {
  const answer = { says: "An expense", note: "An expense", items: [{ reasons: ["An expense", "expense"] }], count: 2, none: null };
  assert.deepEqual(inWordsOf(small, answer), {
    says: "Eine Ausgabe",
    note: "An expense",
    items: [{ reasons: ["Eine Ausgabe", "expense"] }],
    count: 2,
    none: null,
  });
});

test("sentences of the Worker are said in German as a whole", () => {
  const say = sayer(german, "de");
  for (const [english, other] of [
    ["There is no bank account with this id in your account. Check the id.", "In Ihrem Konto gibt es nichts mit dieser Kennung (Bankkonto). Prüfen Sie die Kennung."],
    ["No total was found: type in the amount that was paid.", "Kein Gesamtbetrag gefunden: Tippen Sie den bezahlten Betrag ein."],
    ["The run waits for a person's decision (receipt). The decision is overdue.", "Der Vorgang wartet auf die Entscheidung einer Person (Beleg). Die Entscheidung ist überfällig."],
    ["Values of an expense were changed", "Werte einer Ausgabe wurden geändert"],
    ["This was stopped: no reason was given.", "Das wurde angehalten: ohne Angabe eines Grundes."],
    ["You may do this, but not with this token: it lacks the scope `read`. Use one that has it.", "Sie dürfen das, aber nicht mit diesem Token: ihm fehlt das Recht `read`. Verwenden Sie eines, das es hat."],
  ]) {
    assert.equal(say(english), other);
  }
});

test("each whole sentence of the catalogue is said by itself", () => {
  const say = sayer(german, "de");
  const wrong = Object.entries(german).filter(([english, other]) => !/\{\d/.test(english) && say(english).toLowerCase().replace(/\.$/, "") !== other.toLowerCase().replace(/\.$/, "").trim() && english === english.trim());
  assert.deepEqual(wrong, []);
});

const RECORDED = new URL("../unit/api/recorded/operations/", import.meta.url);
// Words that a German sentence has none of, and most English ones have two of.
const ENGLISH =
  /\b(the|is|are|it|its|of|and|not|with|from|by|this|that|has|have|be|been|to|for|or|no|which|who|your|you|what|there|where|nothing|they|once|until|again|only|more)\b/gi;
// What people wrote, names of filters, and what a library says of a passkey.
const OTHERS = /^The model is back$|^There is no such filter: use q, |^It cannot be taken: the client data /;

test("what the API answers is said in German, as far as it is recorded", async () => {
  const say = sayer(german, "de");
  /** @type {string[]} */
  const left = [];
  for (const file of await readdir(RECORDED)) {
    const text = await readFile(new URL(file, RECORDED), "utf8");
    for (const [, name = "", value = ""] of text.matchAll(/"(\w+)":("(?:[^"\\]|\\.)*"|\["(?:[^"\\]|\\.)*"(?:,"(?:[^"\\]|\\.)*")*\])/g)) {
      if (!MEMBERS.has(name)) continue;
      for (const each of [JSON.parse(value)].flat()) {
        const words = new Set(say(each).match(ENGLISH)?.map((word) => word.toLowerCase()));
        if (words.size > 1 && !OTHERS.test(each)) left.push(`${file}: ${each}`);
      }
    }
  }
  assert.deepEqual(left, []);
});

test("the time to say a text grows with its length, whatever stands in it", () => {
  const say = sayer({ "x{1} and {2} and {3} of {4} of {5}; {6}": "{1}{2}{3}{4}{5}{6}", "x {1}: {2}; {3}": "{1}{2}{3}" }, "de");
  for (const length of [500, 2_000]) {
    for (const part of [" and of ;", "x; ", "x and ", "; and of"]) {
      const start = performance.now();
      say(`x${part.repeat(length)}`.slice(0, length));
      assert.ok(performance.now() - start < length, part);
    }
  }
});

test("people are told no route of the API", () => {
  const says = {
    "It is approved. Send it back to review first: POST /api/expenses/exp_1/send-back.": "It is approved. Send it back to review first.",
    "Name a payee of this account: GET /api/payees lists them.": "Name a payee of this account.",
    "Start again: POST /api/bank/sources/1/consent. Anyone finishes it.": "Start again. Anyone finishes it.",
    "The passkey was not kept. Begin again with `POST /api/passkeys/options`.": "The passkey was not kept.",
    "Correct what `errors` names; see /api/openapi.json.": "Correct what `errors` names.",
    "It is closed: ask an owner.": "It is closed: ask an owner.",
  };
  for (const [text, plain] of Object.entries(says)) assert.equal(withoutRoutes(text), plain);
});

test("each sentence of the Worker leaves something to read, in linear time", () => {
  for (const text of [...Object.keys(german), ...Object.values(german)]) assert.ok(withoutRoutes(text).trim());
  const began = performance.now();
  withoutRoutes("/api/".repeat(20_000));
  withoutRoutes(": ".repeat(20_000));
  withoutRoutes("a ".repeat(50_000));
  assert.ok(performance.now() - began < 1_000);
});
