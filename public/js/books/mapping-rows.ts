/**
 * What our words are in the books: the rows of the form, what is proposed, and what is sent. Pure.
 */

import { accountsFor, taxCodesFor } from "./offers.ts";
import { isDomestic, treatmentName } from "./tax-words.ts";
import { t } from "../words.ts";
import type { BooksChart, BooksMappingShown, MappedWord } from "../api/types.d.ts";
import type { What } from "./what.ts";

export interface Row {
  what: What;
  word: string;
  /** null while it has no place; empty for a tax that has no code */
  code: string | null;
  /** how many wait for it */
  items: number;
  /** the page has found the code, and nobody has saved it yet */
  isProposed: boolean;
}

export const GROUPS: { what: What; title: string; says: string }[] = [
  {
    what: "category",
    title: t`Categories`,
    says: t`The account of costs that each category is written to.`,
  },
  {
    what: "tax",
    title: t`Tax rates`,
    says: t`The code of input tax for each rate, and for each other way of taxation.`,
  },
  { what: "person", title: t`People`, says: t`The contact that stands for a person who has paid.` },
  {
    what: "income",
    title: t`Charged to customers`,
    says: t`The account of revenue for what invoices charge, by category.`,
  },
  {
    what: "output_tax",
    title: t`Tax of invoices`,
    says: t`The code for how what customers are charged is taxed.`,
  },
];

/** Stands for all words that are not named. */
export const ANY = "*";

/** As the group of it is headed. */
export function titleOf(what: What): string {
  return GROUPS.find((group) => group.what === what)?.title ?? what;
}

/** @param people names by ids */
export function wordName(what: What, word: string, people: Map<string, string> = new Map()) {
  if (what === "person") return people.get(word) ?? t`Somebody who left`;
  if (what === "tax" || what === "output_tax")
    return (
      {
        [ANY]: t`Any other rate`,
        none: t`No tax on the document`,
        other: t`A rate that fits none here`,
      }[word] ?? treatmentName(word)
    );
  return { [ANY]: t`Any other category`, "": t`Without a category` }[word] ?? word;
}

/** @returns what has no place first, then as it is kept */
export function rowsOf(
  { words, unmapped }: Pick<BooksMappingShown, "words" | "unmapped">,
  chart: BooksChart | null,
  people: Map<string, string>,
): Row[] {
  const open = unmapped.map(({ what, word, items }) => {
    const code = proposalFor(what, word, chart, people);
    return { what, word, code, items, isProposed: code !== null };
  });
  const isOpen = new Set(open.map(keyOf));
  const kept = words
    .filter((each) => !isOpen.has(keyOf(each)))
    .map((each) => ({ ...each, items: 0, isProposed: false }));
  return [...open, ...kept];
}

/** What codes of input tax are called, where the books do not say what a code is for. */
const OF_INPUT = /input|expense|purchase|vorsteuer/i;

/**
 * What a word most likely is: the account of the same name, the only code of that rate, the
 * person's own name.
 */
export function proposalFor(
  what: What,
  word: string,
  chart: BooksChart | null,
  people: Map<string, string>,
): string | null {
  if (what === "person") return people.get(word) ?? null;
  if (!chart) return null;
  if (what === "tax" || what === "output_tax") {
    const fitting = taxCodesFor(what, chart).filter(
      ({ percent }) => percent !== null && word !== "" && Number(percent) === Number(word),
    );
    const ofSide = fitting.filter(
      (each) => OF_INPUT.test(`${each.code} ${each.name}`) === (what === "tax"),
    );
    const [one, ...others] = fitting.length === 1 ? fitting : ofSide;
    return one && others.length === 0 ? one.code : null;
  }
  const name = plain(word);
  const named = accountsFor(what, chart).filter((each) => name !== "" && plain(each.name) === name);
  return named.length === 1 ? (named[0]?.code ?? null) : null;
}

function plain(text: string) {
  return text.trim().toLowerCase();
}

export function withCode(rows: Row[], what: What, word: string, code: string | null): Row[] {
  return rows.map((each) =>
    each.what === what && each.word === word ? { ...each, code, isProposed: false } : each,
  );
}

/** @returns with one more, unless it is there */
export function withWord(rows: Row[], what: What, word: string): Row[] {
  return rows.some((each) => each.what === what && each.word === word)
    ? rows
    : [...rows, { what, word, code: null, items: 0, isProposed: false }];
}

/** @returns what is sent: what has a place */
export function wordsOf(rows: Row[]): MappedWord[] {
  return rows.flatMap(({ what, word, code }) => {
    const said = code?.trim() ?? null;
    const isNone = what === "tax" || what === "output_tax" ? said === null : !said;
    return isNone ? [] : [{ what, word, code: said ?? "" }];
  });
}

/**
 * @param rows that were sent
 * @param errors of `words.N`
 * @returns what is wrong, by `keyOf`
 */
export function problemsOf(
  rows: Row[],
  errors: { field: string; message: string }[],
): Map<string, string> {
  const sent = wordsOf(rows);
  return new Map(
    errors.flatMap(({ field, message }) => {
      const word = sent[Number(/^words\.(\d+)/.exec(field)?.[1] ?? Number.NaN)];
      return word ? [[keyOf(word), message]] : [];
    }),
  );
}

export function keyOf({ what, word }: { what: string; word: string }) {
  return `${what}:${word}`;
}

/** @returns whether there is something to save */
export function isChanged(rows: Row[], { words }: Pick<BooksMappingShown, "words">): boolean {
  const text = (all: MappedWord[]) =>
    all
      .map(({ what, word, code }) => JSON.stringify([what, word, code]))
      .sort()
      .join();
  return text(wordsOf(rows)) !== text(words);
}

/** Whether "any other" is meant for it, too: for each person and each treatment there is a row. */
function standsForAny({ what, word }: Row): boolean {
  if (what === "tax" || what === "output_tax") return isDomestic(word);
  return what !== "person";
}

/** @returns how many words that something waits for have no place, as it stands in the form */
export function leftOf(rows: Row[]): number {
  const sent = new Set(wordsOf(rows).map(keyOf));
  return rows.filter(
    (each) =>
      each.items > 0 &&
      !sent.has(keyOf(each)) &&
      !(sent.has(keyOf({ ...each, word: ANY })) && standsForAny(each)),
  ).length;
}
