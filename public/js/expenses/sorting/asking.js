// @ts-check
/** What dialogues and forms of sorting have in common: they are busy, they fail. */

import { useState } from "preact/hooks";

import { ApiError } from "../../api/client.js";
import { sentenceOf } from "../../state/request.js";

/**
 * @typedef {object} Asking
 * @property {boolean} isBusy
 * @property {string | null} problem what is wrong, where no field says it
 * @property {Record<string, string>} fields what is wrong, by the field's name
 * @property {(ask: () => Promise<void>) => Promise<void>} ask
 */

/** @returns {Asking} */
export function useAsking() {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [fields, setFields] = useState(/** @type {Record<string, string>} */ ({}));
  /** @param {() => Promise<void>} doIt */
  async function ask(doIt) {
    setBusy(true);
    setProblem(null);
    setFields({});
    try {
      await doIt();
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors.length > 0) {
        setFields(Object.fromEntries(error.fieldErrors.map(({ field, message }) => [field, message])));
      }
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, problem, fields, ask };
}

/**
 * What fields of a form are given: by its name, what is filled in and what is wrong with it.
 *
 * @template {Record<string, string>} Given
 * @param {Given} given
 * @param {(given: Given) => void} setGiven
 * @param {Record<string, string>} problems
 */
export function fieldsOf(given, setGiven, problems) {
  return (/** @type {keyof Given & string} */ name, /** @type {string} */ label) => ({
    label,
    value: given[name] ?? "",
    onValue: (/** @type {string} */ value) => setGiven({ ...given, [name]: value }),
    problem: problems[name] ?? null,
  });
}
