/** The page's words: what a template says is found, said in another language, and nothing is said beside the catalogue. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { messagesIn, translationsIn, wholePage } from "../../local/words.mjs";
import { messageOf, runsOf, translate } from "../../public/js/messages.js";

/** @param {TemplateStringsArray} parts */
const messages = (parts) => runsOf(parts).map((run) => messageOf(parts, run)).filter(Boolean);
const tag = (/** @type {TemplateStringsArray} */ parts) => parts;

test("a template's messages are its texts between tags, and the attributes that people read", () => {
  const name = "";
  assert.deepEqual(messages(tag`<p class="Quiet">Paid on ${name} by <b>${name}</b></p><i>${name}</i>`), ["Paid on {1} by "]);
  assert.deepEqual(messages(tag`<button aria-label="Remove ${name}" type="button">×</button>`), ["Remove {1}"]);
  assert.deepEqual(messages(tag`<!-- No one reads this --><${name} title="Its name" href="/Home" />`), ["Its name"]);
});

test("lines' ends around a text are not in its message, as htm does not show them", () => {
  assert.deepEqual(
    messages(tag`
      <p>
        ${1}
        One sentence,
        over two lines.
      </p>
    `),
    ["{1}One sentence, over two lines."],
  );
});

test("a translation may put holes elsewhere", () => {
  const { parts, holes } = translate(tag`<p title="A ${0}">${1} of ${2}</p>${3}`, (message) => ({ "A {1}": "Ein {1}", "{1} of {2}": "von {2}: {1}" })[message]);
  assert.deepEqual(parts, ['<p title="Ein ', '">von ', ": ", "</p>", ""]);
  assert.deepEqual(holes, [0, 2, 1, 3]);
});

test("what has no translation stays as it is", () => {
  const template = tag`<p title="A ${0}">${1} of ${2}</p>`;
  assert.deepEqual(translate(template, () => undefined), { parts: [...template], holes: [0, 1, 2] });
});

test("a text that is neither in a template nor marked is found", () => {
  const source = 'const a = "A sentence."; const b = t`A sentence.`; const c = `${a} is said`; html`<p>${b} ${"Here too"}</p>`;';
  assert.deepEqual(messagesIn(source, "it.js").unmarked.map(({ text }) => text), ["A sentence.", "… is said", "Here too"]);
});

test("a word beside a hole is a text; units, classes and what programmers read are not", () => {
  const source = 'const a = `${n} owed`; const b = " (you)"; const c = `${n} ms`; const d = html`<p class=${`icon ${n}`} />`; throw new TypeError(`${n} is odd`);';
  assert.deepEqual(messagesIn(source, "it.js").unmarked.map(({ text }) => text), ["… owed", " (you)"]);
});

test("what is thrown at people is a text", () => {
  assert.deepEqual(messagesIn('throw new Error("Say why.");', "it.js").unmarked.map(({ text }) => text), ["Say why."]);
});

test("the whole page says nothing beside the catalogue", async () => {
  const { unmarked } = await wholePage();
  assert.deepEqual(unmarked.map(({ at, text }) => `${at}: ${text}`), []);
});

test("templates take their tag from words.js", async () => {
  const { others } = await wholePage();
  assert.deepEqual(others, []);
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
