// What the page says, for its catalogue: `node local/words.mjs` brings public/js/words/de.po up to date. What is new comes without a
// translation, what is gone goes. `messagesIn` reads one module; tests/page/words.test.mjs fails where something is missing.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import gettext from "gettext-parser";

import { attributeName, isRead, lineAt, READ_ATTRIBUTES, readAttribute, runsOf, shown, treeOf, walk } from "./page_source.mjs";

export const ROOT = join(import.meta.dirname, "..");
export const CATALOGUE = join(ROOT, "public", "js", "words", "de.po");

/** @typedef {{ message: string, plural?: string, holes: string[], at: string }} Message */
/** @typedef {{ text: string, at: string }} Unmarked a literal that looks like a text, outside of an element and of t */

/**
 * @param {string} source a module
 * @param {string} path its name in what is found, which tells its language
 * @returns {{ messages: Message[], unmarked: Unmarked[] }}
 */
export function messagesIn(source, path) {
  const messages = [];
  const unmarked = [];
  const placed = (node) => `${path}:${lineAt(source, node.start)}`;
  const code = (node) => source.slice(node.start, node.end).replace(/\s+/g, " ");
  const readers = {
    TaggedTemplateExpression(node) {
      if (node.tag.name !== "t") return;
      const parts = node.quasi.quasis.map((each) => each.value.cooked);
      messages.push({ message: numbered(parts), holes: node.quasi.expressions.map(code), at: placed(node) });
    },
    JSXElement: readElement,
    JSXFragment: readElement,
    JSXAttribute(node) {
      const message = readAttribute(node);
      if (message !== null) messages.push({ message, holes: [], at: placed(node) });
    },
    ObjectExpression(node) {
      for (const { value } of unmarkedValues(node)) unmarked.push({ text: value.value, at: placed(value) });
    },
    CallExpression(node) {
      if (node.callee.name !== "counted") return;
      const [, one, many] = node.arguments;
      const words = pairs(one, many);
      for (const [message, plural] of words) messages.push({ message, plural, holes: [], at: placed(node) });
      if (words.length === 0) unmarked.push({ text: code(node), at: placed(node) });
    },
    Literal(node, ancestors) {
      if (typeof node.value !== "string") return;
      const isText = looksLikeText(node.value) && !isForCode(node, ancestors);
      if (isText || isShownWord(node, ancestors)) unmarked.push({ text: node.value, at: placed(node) });
    },
    TemplateLiteral(node, ancestors) {
      const parent = ancestors.at(-1);
      if (parent?.type === "TaggedTemplateExpression") return;
      const text = node.quasis.map((each) => each.value.cooked).join("…");
      if (looksLikeText(text) && !isForCode(node, ancestors)) unmarked.push({ text, at: placed(node) });
    },
  };
  function readElement(node) {
    for (const { texts, holes, nodes } of runsOf(node)) {
      messages.push({ message: numbered(texts), holes: holes.map(({ expression }) => code(expression)), at: placed(nodes[0]) });
    }
  }
  walk(treeOf(source, path), (node, ancestors) => readers[node.type]?.(node, ancestors));
  return { messages, unmarked };
}

/** @param {readonly string[]} parts of a text between whose parts values stand @returns {string} "Paid on {1}" */
function numbered(parts) {
  const message = parts.reduce((text, part, hole) => `${text}{${hole}}${part}`);
  return message.replace(/\n\s*/g, " "); // as public/js/words.ts joins lines
}

/** @param {string} source @param {string} path @returns {Message[]} what the body of a page says */
function messagesOfHtml(source, path) {
  const body = source.slice(source.indexOf("<body"));
  const texts = body.split(/<[^>]*>/).map(shown);
  return texts.filter(isRead).map((message) => ({ message, holes: [], at: path }));
}

/** The words that a call of `counted` may have: literals, or a choice of two. */
function pairs(one, many) {
  if (one?.type === "ConditionalExpression") return [...pairs(one.consequent), ...pairs(one.alternate)];
  if (one?.type !== "Literal") return [];
  return [[one.value, many?.type === "Literal" ? many.value : `${one.value}s`]];
}

/** Headers, errors' names, keys, lists of codes, selectors and styles. */
const CODES = /^[A-Z]\w*(-[A-Z]\w*)+$|^\w+Error$|^Mod\+|^([A-Z]{2} )+[A-Z]{2}$|^[a-z]+:not\(|^[a-z-]+: [a-z]+; |^(button|field-item)( [\w-]+)+$|^\((hover|prefers)|^-----BEGIN|^translate\(|^scale\(|^is-\w+$|^-\w+  -\w+/;

/** What follows a number in each language alike. */
const UNITS = /^((ms|s|min|h|d|KB|MB|GB|UTC)\s*)+$/;

/** Names of properties that nobody reads. */
const OF_CODE = /^(className|feature|icon|id|kind|name|path|status|type|value|what|act|asks)$/;

/**
 * Words with a capital, several words, or a word beside a hole: what people read. Codes, addresses, classes and names of events
 * are not.
 */
function looksLikeText(text) {
  const words = text.replaceAll("…", " ").trim();
  if (UNITS.test(words) || CODES.test(words)) return false;
  if (/… \p{L}{2}|^ (· )?\(?\p{L}{2}|\p{L}{2}[,:]? …/u.test(text)) return true;
  if (!/\p{L}{2}/u.test(words)) return false;
  if (/^(Enter|Escape|Tab)$/.test(words)) return false; // a key
  if (/^[A-Z]/.test(words)) return !/^[A-Z0-9_]+$/.test(words) && !/^[A-Z][a-zA-Z]*(\+[A-Za-z0-9]+)+$/.test(words);
  return /\p{L}+[,.:;]? \p{L}+/u.test(words);
}

/**
 * Single words without a capital look like codes. Where most values of an object are messages, the others are read by people too.
 *
 * @param {import("acorn").ObjectExpression} node
 */
function unmarkedValues(node) {
  const isOfCode = ({ type, key }) => type !== "Property" || OF_CODE.test(key.name ?? key.value);
  if (node.properties.some(isOfCode)) return [];
  const marked = node.properties.filter(({ value }) => value.type === "TaggedTemplateExpression" && value.tag.name === "t");
  const words = node.properties.filter(({ value }) => typeof value.value === "string" && /^\p{Ll}+$/u.test(value.value));
  const isOfWords = marked.length + words.length === node.properties.length;
  return isOfWords && marked.length >= 2 && marked.length >= words.length ? words : [];
}

/** Whether it is a single word that an element shows by a choice: `{names.join(", ") || "none"}`. */
function isShownWord(node, ancestors) {
  if (!/^\p{L}{2,}$/u.test(node.value)) return false;
  let chosen = node;
  for (const each of ancestors.toReversed()) {
    if (each.type === "JSXExpressionContainer") {
      const holder = ancestors[ancestors.indexOf(each) - 1];
      return chosen !== node && /^JSX(Element|Fragment)$/.test(holder.type);
    }
    const isChoice = /^(Conditional|Logical)Expression$/.test(each.type) && each.test !== chosen;
    if (!isChoice && each.type !== "ParenthesizedExpression") return false;
    chosen = each;
  }
  return false;
}

/** Whether it is compared, thrown at programmers, imported, or an attribute of code. */
function isForCode(node, ancestors) {
  const parent = ancestors.at(-1);
  if (/^(Import|Export|TS)/.test(parent.type)) return true;
  if (/^JSX/.test(parent.type) && parent.type !== "JSXExpressionContainer") return true; // it is a message
  if (parent.type === "MemberExpression" && parent.property.name === "split") return true;
  if (parent.type === "BinaryExpression" && /^[!=]==$/.test(parent.operator)) return true;
  if (parent.type === "Property" && parent.key === node && !parent.computed) return true;
  if (parent.type === "NewExpression" && /^(Type|Range|Reference|Syntax)Error$/.test(parent.callee.name ?? "")) return true;
  if (parent.type === "CallExpression" && /^(querySelector|querySelectorAll|closest|matches|getElementById|byId|counted|split|includes|startsWith|endsWith|addEventListener|createElement|setAttribute|get|has|error|warn)$/.test(parent.callee.property?.name ?? parent.callee.name ?? "")) return true;
  return isInJsx(node, ancestors);
}

/** Whether it is a part of an element's text, which is a message, or of an attribute that nobody reads. */
function isInJsx(node, ancestors) {
  const container = ancestors.at(-1);
  const holder = ancestors.at(-2);
  if (node.type === "Literal" && container.type === "JSXExpressionContainer" && holder.type !== "JSXAttribute") return true;
  const nearest = ancestors.findLast(({ type }) => type === "JSXAttribute" || type === "JSXElement");
  return nearest?.type === "JSXAttribute" && !READ_ATTRIBUTES.has(attributeName(nearest.name));
}

/** The page's modules and documents. */
async function filesOfPage() {
  const files = await readdir(join(ROOT, "public"), { recursive: true });
  const isRead = (each) => /^js\/.*(?<!\.d)\.tsx?$|^[\w-]+\.html$/.test(each);
  return files.filter(isRead).map((each) => `public/${each}`).sort();
}

/** @returns {Promise<{ messages: Message[], unmarked: Unmarked[] }>} of the whole page */
export async function wholePage() {
  const found = await Promise.all(
    (await filesOfPage()).map(async (file) => {
      const source = await readFile(join(ROOT, file), "utf8");
      return file.endsWith(".html") ? { messages: messagesOfHtml(source, file), unmarked: [] } : messagesIn(source, file);
    }),
  );
  return {
    messages: found.flatMap((each) => each.messages),
    unmarked: found.flatMap((each) => each.unmarked),
  };
}

/** @returns {Promise<{ message: string, texts: string[] }[]>} what the catalogue has */
export async function translationsIn() {
  const { translations } = gettext.po.parse(await readFile(CATALOGUE));
  return Object.values(translations[""]).filter(({ msgid }) => msgid).map(({ msgid, msgstr }) => ({ message: msgid, texts: msgstr }));
}

/** @returns {Promise<Buffer>} the catalogue as it should be: what was translated stays, what is new is empty, what nobody says goes */
async function renewed() {
  const old = gettext.po.parse(await readFile(CATALOGUE));
  const known = old.translations[""];
  const { messages } = await wholePage();
  /** @type {Record<string, object>} */
  const kept = { "": known[""] };
  // In the order of the alphabet and without the names of files, so that a file that is moved changes nothing here.
  const sorted = messages.toSorted((one, other) => (one.message < other.message ? -1 : Number(one.message > other.message)));
  for (const { message, plural, holes } of sorted) {
    const before = kept[message];
    if (before) {
      if (plural) before.msgid_plural = plural;
      continue;
    }
    const msgstr = known[message]?.msgstr ?? [""];
    kept[message] = {
      msgid: message,
      ...(plural && { msgid_plural: plural }),
      msgstr: plural && msgstr.length < 2 ? ["", ""] : msgstr,
      comments: { extracted: holes.map((hole, index) => `{${index + 1}}: ${hole.slice(0, 60)}`).join("\n") },
    };
  }
  return gettext.po.compile({ ...old, translations: { "": kept } }, { foldLength: 0 });
}

if (process.argv[1] === import.meta.filename) await writeFile(CATALOGUE, await renewed());
