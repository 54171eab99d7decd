// @ts-check
/**
 * The page's language. The code says everything in English; a catalogue (words/de.po) has it in German. What a template
 * shows is found by itself; a sentence elsewhere is marked by `t`. The language is settled once, as the page begins.
 */

import { html as inEnglish } from "htm/preact";

import { messageOf, numbered, translate } from "./messages.js";

/** @import { VNode } from "preact" */

/** @typedef {Record<string, string | string[]>} Catalogue a message's translation; where a number chooses, one for each form */

export const LANGUAGES = ["en", "de"];

const KEPT = "language";

/** What somebody chose here, or the first of the browser's languages that there is. */
export const language = chosenLanguage() ?? preferred();

// Not `navigator.language`: Chromium may name one there that `Intl` does not use.
const own = new Intl.NumberFormat().resolvedOptions().locale;

/** What values are shown in, and read in alike: the browser's own, unless somebody chose another language here. */
export const locale = chosenLanguage() && own.split("-")[0] !== language ? language : own;

/** @type {Catalogue} */
// A page that cannot have its catalogue, such as one of an earlier deployment, works in English.
const catalogue = language === "de" ? await import("./words/de.po").then((module) => module.default, () => ({})) : {};

const isEnglish = language === "en";
const forms = new Intl.PluralRules(language);
const FORMS = ["one", "other"];
/** @type {WeakMap<readonly string[], { parts: TemplateStringsArray, holes: number[] }>} */
const made = new WeakMap();

if (globalThis.document) document.documentElement.lang = language;

/** What somebody chose in this browser. @returns {string | null} */
export function chosenLanguage() {
  const kept = globalThis.localStorage?.getItem(KEPT);
  return kept && LANGUAGES.includes(kept) ? kept : null;
}

function preferred() {
  const spoken = (globalThis.navigator?.languages ?? []).map((each) => each.split("-")[0] ?? "");
  return spoken.find((each) => LANGUAGES.includes(each)) ?? "en";
}

/**
 * Keep another language for this browser, and begin anew in it.
 *
 * @param {string | null} code one of LANGUAGES, or null: the browser's
 */
export function speak(code) {
  if (code) localStorage.setItem(KEPT, code);
  else localStorage.removeItem(KEPT);
  location.reload();
}

/** @param {string} message @returns {string | undefined} */
function translationOf(message) {
  const found = catalogue[message];
  return typeof found === "string" ? found : undefined;
}

/** @param {TemplateStringsArray} parts */
function inThisLanguage(parts) {
  let known = made.get(parts);
  if (!known) {
    const { parts: texts, holes } = translate(parts, translationOf);
    known = { parts: Object.assign(texts, { raw: texts }), holes };
    made.set(parts, known);
  }
  return known;
}

/**
 * htm's tag, in the page's language.
 *
 * @param {TemplateStringsArray} parts
 * @param {unknown[]} values
 * @returns {VNode<any> | VNode<any>[]}
 */
export function html(parts, ...values) {
  if (isEnglish) return inEnglish(parts, ...values);
  const { parts: texts, holes } = inThisLanguage(parts);
  return inEnglish(texts, ...holes.map((hole) => values[hole]));
}

/**
 * A sentence outside of a template: t`Paid on ${day}`.
 *
 * @param {TemplateStringsArray} parts
 * @param {unknown[]} values
 * @returns {string}
 */
export function t(parts, ...values) {
  const message = numbered(parts);
  const other = isEnglish ? message : (translationOf(message) ?? message);
  return other.replace(/\{(\d+)\}/g, (_, hole) => String(values[Number(hole) - 1]));
}

/**
 * The words for so many: "receipt" of 1, "receipts" of 2.
 *
 * @param {number} count
 * @param {string} one "receipt"
 * @param {string} many "receipts"
 */
export function worded(count, one, many) {
  const others = catalogue[one];
  if (Array.isArray(others)) return others[FORMS.indexOf(forms.select(count))] ?? one;
  return count === 1 ? one : many;
}

/** Say what the HTML of this page says in its language. */
export function sayPage() {
  if (isEnglish) return;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = /** @type {Text} */ (walker.currentNode);
    text.data = translationOf(messageOf([text.data], { pieces: [[0, 0, text.data.length]] })) ?? text.data;
  }
}
