// @ts-check
/** What our words are in the books: the rows of the form, what is proposed, and what is sent. Pure. */

import { accountsFor, taxCodesFor } from "./offers.js";
import { t } from "../words.js";

/** @import { BooksChart, BooksMappingShown, MappedWord, UnmappedWord } from "../api/types.js" */

/** @typedef {MappedWord["what"]} What */

/**
 * @typedef {object} Row
 * @property {What} what
 * @property {string} word
 * @property {string | null} code null while it has no place; empty for a tax that has no code
 * @property {number} items how many wait for it
 * @property {boolean} isProposed the page has found the code, and nobody has saved it yet
 */

/** @type {{ what: What, title: string, says: string }[]} */
export const GROUPS = [
  { what: "category", title: t`Categories`, says: t`The account of costs that each category is written to.` },
  { what: "tax", title: t`Tax rates`, says: t`The code of input tax for each rate.` },
  { what: "person", title: t`People`, says: t`The contact that stands for a person who has paid.` },
  { what: "income", title: t`Charged to customers`, says: t`The account of revenue for what claims charge, by category.` },
  { what: "output_tax", title: t`Tax of claims`, says: t`The code for what customers are charged.` },
];

/** Stands for all words that are not named. */
export const ANY = "*";

/**
 * @param {What} what
 * @param {string} word
 * @param {Map<string, string>} [people] names by ids
 */
export function wordName(what, word, people = new Map()) {
  if (what === "person") return people.get(word) ?? t`Somebody who left`;
  if (what === "tax" || what === "output_tax") return { [ANY]: t`Any other rate`, none: t`No tax on the document`, other: t`A rate that fits none here` }[word] ?? `${word} %`;
  return { [ANY]: t`Any other category`, "": t`Without a category` }[word] ?? word;
}

/**
 * @param {Pick<BooksMappingShown, "words" | "unmapped">} mapping
 * @param {BooksChart | null} chart
 * @param {Map<string, string>} people
 * @returns {Row[]} what has no place first, then as it is kept
 */
export function rowsOf({ words, unmapped }, chart, people) {
  const open = unmapped.map(({ what, word, items }) => {
    const code = proposalFor(what, word, chart, people);
    return { what, word, code, items, isProposed: code !== null };
  });
  const isOpen = new Set(open.map(keyOf));
  const kept = words.filter((each) => !isOpen.has(keyOf(each))).map((each) => ({ ...each, items: 0, isProposed: false }));
  return [...open, ...kept];
}

/** What codes of input tax are called, where the books do not say what a code is for. */
const OF_INPUT = /input|expense|purchase|vorsteuer/i;

/**
 * What a word most likely is: the account of the same name, the only code of that rate, the person's own name.
 *
 * @param {What} what
 * @param {string} word
 * @param {BooksChart | null} chart
 * @param {Map<string, string>} people
 * @returns {string | null}
 */
export function proposalFor(what, word, chart, people) {
  if (what === "person") return people.get(word) ?? null;
  if (!chart) return null;
  if (what === "tax" || what === "output_tax") {
    const fitting = taxCodesFor(what, chart).filter(({ percent }) => percent !== null && word !== "" && Number(percent) === Number(word));
    const ofSide = fitting.filter((each) => OF_INPUT.test(`${each.code} ${each.name}`) === (what === "tax"));
    const [one, ...others] = fitting.length === 1 ? fitting : ofSide;
    return one && others.length === 0 ? one.code : null;
  }
  const name = plain(word);
  const named = accountsFor(what, chart).filter((each) => name !== "" && plain(each.name) === name);
  return named.length === 1 ? (named[0]?.code ?? null) : null;
}

/** @param {string} text */
function plain(text) {
  return text.trim().toLowerCase();
}

/** @param {Row[]} rows @param {What} what @param {string} word @param {string | null} code @returns {Row[]} */
export function withCode(rows, what, word, code) {
  return rows.map((each) => (each.what === what && each.word === word ? { ...each, code, isProposed: false } : each));
}

/** @param {Row[]} rows @param {What} what @param {string} word @returns {Row[]} with one more, unless it is there */
export function withWord(rows, what, word) {
  return rows.some((each) => each.what === what && each.word === word) ? rows : [...rows, { what, word, code: null, items: 0, isProposed: false }];
}

/** @param {Row[]} rows @returns {MappedWord[]} what is sent: what has a place */
export function wordsOf(rows) {
  return rows.flatMap(({ what, word, code }) => {
    const said = code?.trim() ?? null;
    const isNone = what === "tax" || what === "output_tax" ? said === null : !said;
    return isNone ? [] : [{ what, word, code: said ?? "" }];
  });
}

/**
 * @param {Row[]} rows that were sent
 * @param {{ field: string, message: string }[]} errors of `words.N`
 * @returns {Map<string, string>} what is wrong, by `keyOf`
 */
export function problemsOf(rows, errors) {
  const sent = wordsOf(rows);
  return new Map(
    errors.flatMap(({ field, message }) => {
      const word = sent[Number(/^words\.(\d+)/.exec(field)?.[1] ?? Number.NaN)];
      return word ? [[keyOf(word), message]] : [];
    }),
  );
}

/** @param {{ what: string, word: string }} word */
export function keyOf({ what, word }) {
  return `${what}:${word}`;
}

/** @param {Row[]} rows @param {Pick<BooksMappingShown, "words">} kept @returns {boolean} whether there is something to save */
export function isChanged(rows, { words }) {
  const text = (/** @type {MappedWord[]} */ all) => all.map(({ what, word, code }) => JSON.stringify([what, word, code])).sort().join();
  return text(wordsOf(rows)) !== text(words);
}

/** @param {Row[]} rows @returns {number} how many words that something waits for have no place, as it stands in the form */
export function leftOf(rows) {
  const sent = new Set(wordsOf(rows).map(keyOf));
  return rows.filter((each) => each.items > 0 && !sent.has(keyOf(each)) && !(sent.has(keyOf({ ...each, word: ANY })) && each.what !== "person")).length;
}
