/** The page's words: what an element says is found, said in another language, and nothing is said beside the catalogue. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { withWords } from "../../local/page_source.mjs";
import { messagesIn, translationsIn, wholePage } from "../../local/words.mjs";

/** @param {string} source of TSX */
const said = (source) => messagesIn(source, "it.tsx").messages.map(({ message }) => message);

test("an element's messages are its texts between tags, and the attributes that people read", () => {
  assert.deepEqual(said('<p class="Quiet">Paid on {day} by <b>{name}</b></p>'), ["Paid on {1} by "]);
  assert.deepEqual(said('<button aria-label="Remove it" type="button">×</button>'), ["Remove it"]);
  assert.deepEqual(said('<p>{/* No one reads this */}<Name title="Its name" href="/Home" /></p>'), ["Its name"]);
  assert.deepEqual(said("<>{count} / {total}</>"), []);
});

test("lines' ends around a text are not in its message, and a space that is written is", () => {
  assert.deepEqual(said("<p>\n  {1}\n  One sentence,\n  over two lines.\n</p>"), ["{1}One sentence, over two lines."]);
  assert.deepEqual(said('<p>\n  Paid by{" "}\n  <b>{name}</b>\n</p>'), ["Paid by "]);
});

test("the build says a text in the page's language, and leaves lines where they were", () => {
  const source = '<p title="Its day">\n  Paid\n  on {day}\n</p>;\nafter();';
  const made = withWords(source, "it.tsx").split("\n");
  assert.equal(made[0], "<p title={_said`Its day`}>{_sentence`Paid on ${day}`");
  assert.equal(made[4], "after();");
});

test("a sign that only HTML would read is refused", () => {
  assert.throws(() => withWords("<p>\n  Mine &amp; yours\n</p>", "it.tsx"), /^SyntaxError: it.tsx:1: write the sign itself, not Mine &amp; yours$/);
});

test("a translation may put values elsewhere, and what has none stays as it is", async () => {
  globalThis.localStorage = /** @type {any} */ ({ getItem: () => "de" });
  const { sentence, t } = await import("../../public/js/words.ts?german");
  delete (/** @type {any} */ (globalThis).localStorage);
  const known = (await translationsIn()).find(({ texts: [text = ""] }) => text.indexOf("{2}") !== -1 && text.indexOf("{2}") < text.indexOf("{1}"));
  assert.ok(known);
  const parts = known.message.split(/\{\d\}/);
  const inOrder = [...known.texts[0].matchAll(/\{(\d+)\}/g)].map(([, hole]) => Number(hole));
  const shown = sentence(parts, 1, 2, 3, 4, 5);
  assert.deepEqual(shown.filter((each) => typeof each === "number"), inOrder);
  assert.equal(shown.join(""), known.texts[0].replace(/[{}]/g, ""));
  assert.equal(t(parts, 1, 2, 3, 4, 5), shown.join(""));
  assert.deepEqual(sentence`Nobody ever said ${1} of ${2}.`, ["Nobody ever said ", 1, " of ", 2, "."]);
});

test("a text that is neither in an element nor marked is found", () => {
  const source = 'const a = "A sentence."; const b = t`A sentence.`; const c = `${a} is said`; const d = <p>{b} {isIt && "Here too"}</p>;';
  assert.deepEqual(messagesIn(source, "it.tsx").unmarked.map(({ text }) => text), ["A sentence.", "… is said", "Here too"]);
});

test("a word beside a hole is a text; units, classes and what programmers read are not", () => {
  const source = 'const a = `${n} owed`; const b = " (you)"; const c = `${n} ms`; const d = <p class={`icon ${n}`} />; throw new TypeError(`${n} is odd`);';
  assert.deepEqual(messagesIn(source, "it.tsx").unmarked.map(({ text }) => text), ["… owed", " (you)"]);
});

test("a word of a table of messages is a text, though it looks like a code", () => {
  const source = 'const a = { sent: "sent", lost: t`was lost`, late: t`came late` }; const b = { title: t`Add`, says: t`Adds one`, icon: "plus" };';
  assert.deepEqual(messagesIn(source, "it.tsx").unmarked.map(({ text }) => text), ["sent"]);
});

test("a word that an element shows by a choice is a text", () => {
  const source = 'const a = <td class={b || "quiet"}>{names.join(" · ") || "empty"}{isIt ? "old" : name}</td>; const c = b || "code";';
  assert.deepEqual(messagesIn(source, "it.tsx").unmarked.map(({ text }) => text), ["empty", "old"]);
});

test("what is thrown at people is a text", () => {
  assert.deepEqual(messagesIn('throw new Error("Say why.");', "it.ts").unmarked.map(({ text }) => text), ["Say why."]);
});

test("the whole page says nothing beside the catalogue", async () => {
  const { unmarked } = await wholePage();
  assert.deepEqual(unmarked.map(({ at, text }) => `${at}: ${text}`), []);
});

test("what types say is for the compiler, and what an attribute names is for the browser", () => {
  const source = 'type Kind = "Paid by hand" | "Paid by card"; const a = <Field kind="By hand" onOpen={() => go("By hand")} />;';
  assert.deepEqual(messagesIn(source, "it.tsx").unmarked, []);
});

test("each translation has the holes of its message", async () => {
  const holesOf = (/** @type {string} */ text) => [...text.matchAll(/\{\d+\}/g)].map(String).sort();
  const wrong = (await translationsIn()).filter(({ message, texts }) => texts.some((text) => text && String(holesOf(text)) !== String(holesOf(message))));
  assert.deepEqual(wrong, []);
});

test("each message of the page is translated", async () => {
  const { messages } = await wholePage();
  const known = new Map((await translationsIn()).map(({ message, texts }) => [message, texts]));
  const lacking = messages.filter(({ message, plural }) => {
    const texts = known.get(message) ?? [];
    return texts.length !== (plural ? 2 : 1) || !texts.every(Boolean);
  });
  assert.deepEqual(lacking.map(({ at, message }) => `${at}: ${message}`), []);
});

test("the catalogue has nothing that the page says no more", async () => {
  const { messages } = await wholePage();
  const said = new Set(messages.map(({ message }) => message));
  const gone = (await translationsIn()).filter(({ message }) => !said.has(message));
  assert.deepEqual(gone.map(({ message }) => message), []);
});
