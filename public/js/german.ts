/** Answers of the API in German. The catalogue is loaded with the first of them. */

import { inWordsOf, sayer } from "./said.ts";

let german: Promise<(text: string) => string> | null = null;

/** @returns where there is no catalogue, the text itself */
function loaded(locale: string): Promise<(text: string) => string> {
  german ??= import("../words/worker.de.po").then(
    (module) => sayer(module.default as Record<string, string>, locale),
    () => (text: string) => text,
  );
  return german;
}

/**
 * @param answer JSON
 * @param locale how amounts and days are written
 */
export default async function inGerman<T>(answer: T, locale: string): Promise<T> {
  return inWordsOf(await loaded(locale), answer);
}
