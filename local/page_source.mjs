// The page's sources as the browser takes them: `compiled` gives esbuild a module whose texts are said in the page's language.
// TSX has no texts of its own in the bundle: `<p title="Its day">Paid on {day}</p>` becomes
// <p title={t`Its day`}>{sentence`Paid on ${day}`}</p>. `runsOf` finds what is said; local/words.mjs makes the catalogue of it.

import { readFile } from "node:fs/promises";
import { dirname, extname, join, relative, sep } from "node:path";

import gettext from "gettext-parser";
import { parseSync, visitorKeys } from "oxc-parser";

const ROOT = join(import.meta.dirname, "..");
const WORDS = join(ROOT, "public", "js", "words.ts");

/** Attributes, and properties of components, that people read or hear. */
export const READ_ATTRIBUTES = new Set(
  "action alt aria-description aria-label data-label hint label legend missing named one placeholder says title".split(" "),
);

/** What a module of TSX is given, so that it need not import it. */
const H = "_h";
const FRAGMENT = "_Fragment";
const SAID = "_said";
const SENTENCE = "_sentence";

/**
 * How esbuild makes JSX: `h` takes a key and a ref also out of what is spread. It stands in place of tsconfig.json, which says how
 * tsc checks it.
 */
export const JSX = { tsconfigRaw: { compilerOptions: { jsx: "react", jsxFactory: H, jsxFragmentFactory: FRAGMENT } } };

/**
 * A text of an element with the values in it, up to the next tag.
 *
 * @typedef {object} Run
 * @property {object[]} nodes its texts and holes, in order
 * @property {string[]} texts what stands before, between and behind its holes
 * @property {object[]} holes containers of an expression
 */

/**
 * @param {string} source a module
 * @param {string} path its name tells its language, and stands in an error
 * @returns {object} its syntax tree, as ESTree has it
 */
export function treeOf(source, path) {
  const { program, errors } = parseSync(path, source, { sourceType: "module" });
  const [error] = errors;
  if (error) throw new SyntaxError(`${path}:${lineAt(source, error.labels[0]?.start ?? 0)}: ${error.message}`);
  return program;
}

/**
 * Go through a tree, parents first.
 *
 * @param {object} node
 * @param {(node: object, ancestors: object[]) => void} visit
 * @param {object[]} ancestors those of the node, the nearest last: the same list each time
 */
export function walk(node, visit, ancestors = []) {
  visit(node, ancestors);
  ancestors.push(node);
  for (const key of visitorKeys[node.type] ?? []) {
    const value = node[key];
    const children = Array.isArray(value) ? value : [value];
    for (const child of children) {
      if (child) walk(child, visit, ancestors);
    }
  }
  ancestors.pop();
}

/** @param {string} source @param {number} at @returns {number} */
export function lineAt(source, at) {
  return source.slice(0, at).split("\n").length;
}

/**
 * @param {object} element of JSX, or a fragment
 * @returns {Run[]} what people read in it: a run without a letter is none
 */
export function runsOf(element) {
  /** @type {Run[]} */
  const runs = [];
  let run = emptyRun();
  for (const child of element.children) {
    if (isTag(child)) {
      runs.push(run);
      run = emptyRun();
    } else {
      addTo(run, child);
    }
  }
  runs.push(run);
  return runs.filter(({ texts }) => isRead(texts.join("")));
}

function emptyRun() {
  return { nodes: [], texts: [""], holes: [] };
}

function addTo(run, child) {
  const text = textOf(child);
  if (text === null) {
    run.holes.push(child);
    run.texts.push("");
  } else {
    run.texts.push(run.texts.pop() + text);
  }
  run.nodes.push(child);
}

function isTag(child) {
  return child.type === "JSXElement" || child.type === "JSXFragment";
}

/** @returns {string | null} what a child says by itself: null where it is a value */
function textOf(child) {
  if (child.type === "JSXText") return shown(child.value);
  const { expression } = child;
  if (expression.type === "JSXEmptyExpression") return "";
  if (expression.type === "Literal" && typeof expression.value === "string") return expression.value;
  return null;
}

/** What is shown of a text: lines are joined by a space, and what only indents is dropped. HTML has one space for many. */
export function shown(text) {
  return text.replace(/^[ \t]*\n[ \t\n]*|[ \t\n]*\n[ \t]*$/g, "").replace(/[ \t\n]+/g, " ");
}

/** @param {string} text @returns {boolean} whether it has a letter */
export function isRead(text) {
  return /\p{L}/u.test(text);
}

/** @param {object} attribute of JSX @returns {string | null} what people read of it */
export function readAttribute(attribute) {
  const { name, value } = attribute;
  if (!READ_ATTRIBUTES.has(attributeName(name)) || typeof value?.value !== "string") return null;
  return isRead(value.value) ? value.value : null;
}

/** @param {object} name of an attribute @returns {string} such as `aria-label` */
export function attributeName(name) {
  return name.type === "JSXNamespacedName" ? `${name.namespace.name}:${name.name.name}` : name.name;
}

/**
 * A module with its texts in the page's language. Lines stay where they were.
 *
 * @param {string} source of TSX
 * @param {string} path
 * @returns {string}
 */
export function withWords(source, path) {
  /** @type {{ start: number, end: number, text: string, isEnd?: boolean }[]} `isEnd`: behind it, lines say nothing */
  const edits = [];
  walk(treeOf(source, path), (node) => {
    refuseEntity(node, source, path);
    if (isTag(node)) edits.push(...runsOf(node).flatMap(editsOf));
    if (node.type !== "JSXAttribute") return;
    const text = readAttribute(node);
    if (text !== null) edits.push({ ...node.value, text: `{${SAID}\`${escaped(text)}\`}` });
  });
  return [
    applied(source, edits),
    `import { h as ${H}, Fragment as ${FRAGMENT} } from "preact";`,
    `import { t as ${SAID}, sentence as ${SENTENCE} } from ${JSON.stringify(wordsFrom(path))};`,
    "",
  ].join("\n");
}

/** How a module names the words: by its own place, or the source map would tell the folder of who built it. */
function wordsFrom(path) {
  const steps = relative(dirname(path), WORDS).split(sep).join("/");
  return steps.startsWith(".") ? steps : `./${steps}`;
}

/** `&amp;` would be another text for the catalogue than for the browser. */
function refuseEntity(node, source, path) {
  const text = node.type === "JSXText" ? node.value : node.type === "JSXAttribute" ? node.value?.value : "";
  if (/&[#\w]+;/.test(text ?? "")) throw new SyntaxError(`${path}:${lineAt(source, node.start)}: write the sign itself, not ${text.trim()}`);
}

/** @param {Run} run */
function editsOf({ nodes, holes }) {
  const edits = nodes.map((node) => {
    const { start, end } = node;
    const text = textOf(node);
    // An expression stays, between `${` and `}`.
    if (text === null) return { start, end: start, text: "$" };
    return { start, end, text: escaped(text) };
  });
  const first = nodes[0];
  const last = nodes.at(-1);
  const tag = holes.length > 0 ? SENTENCE : SAID;
  return [
    { start: first.start, end: first.start, text: `{${tag}\`` },
    ...edits,
    { start: last.end, end: last.end, text: "`", isEnd: true },
    { start: last.end, end: last.end, text: "}" },
  ];
}

/** In a template between backticks. */
function escaped(text) {
  return text.replace(/[\\`]|\$\{/g, "\\$&");
}

/** The source with what was edited. Lines that a text loses stand behind it, where they say nothing. */
function applied(source, edits) {
  const ordered = edits.map((edit, order) => ({ ...edit, order })).sort((one, other) => one.start - other.start || one.order - other.order);
  let made = "";
  let at = 0;
  let lost = 0;
  for (const { start, end, text, isEnd } of ordered) {
    made += source.slice(at, start) + text;
    lost += linesIn(source.slice(start, end));
    if (isEnd) {
      made += "\n".repeat(lost);
      lost = 0;
    }
    at = end;
  }
  return made + source.slice(at);
}

function linesIn(text) {
  return text.split("\n").length - 1;
}

/**
 * What esbuild is to bundle in place of a file of the page.
 *
 * @param {string} path
 * @returns {Promise<{ contents: string, loader: "ts" | "tsx" }>}
 */
export async function compiled(path) {
  const source = await readFile(path, "utf8");
  return { contents: textFor(source, path), loader: extname(path).slice(1) };
}

/** @param {string} source @param {string} path @returns {string} */
export function textFor(source, path) {
  return path.endsWith(".tsx") ? withWords(source, path) : source;
}

/**
 * @param {Buffer} source a catalogue
 * @returns {string} a module of its translations; where a number chooses, with one for each form
 */
export function catalogueModule(source) {
  const { translations } = gettext.po.parse(source);
  const all = Object.values(translations[""]).filter(({ msgid, msgstr }) => msgid && msgstr.every(Boolean));
  const byMessage = all.map(({ msgid, msgid_plural: several, msgstr }) => [msgid, several ? msgstr : msgstr[0]]);
  return `export default ${JSON.stringify(Object.fromEntries(byMessage))};\n`;
}
