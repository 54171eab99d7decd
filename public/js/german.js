// @ts-check
/** Answers of the API in German. The catalogue is loaded with the first of them. */

import { inWordsOf, sayer } from "./said.js";

/** @type {Promise<(text: string) => string> | null} */
let german = null;

/** @param {string} locale @returns {Promise<(text: string) => string>} where there is no catalogue, the text itself */
function loaded(locale) {
  german ??= import("../words/worker.de.po").then(
    (module) => sayer(/** @type {Record<string, string>} */ (module.default), locale),
    () => (/** @type {string} */ text) => text,
  );
  return german;
}

/**
 * @template T
 * @param {T} answer JSON
 * @param {string} locale how amounts and days are written
 * @returns {Promise<T>}
 */
export default async function inGerman(answer, locale) {
  return inWordsOf(await loaded(locale), answer);
}
