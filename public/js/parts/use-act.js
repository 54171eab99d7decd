// @ts-check
/** Something that is done once at a time, from a dialogue. */

import { useState } from "preact/hooks";

import { sentenceOf } from "../state/request.js";

/**
 * @param {() => Promise<void>} doIt
 * @param {(error: unknown) => string} [say] what is shown where it is refused
 */
export function useAct(doIt, say = sentenceOf) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function act() {
    setBusy(true);
    setProblem(null);
    try {
      await doIt();
    } catch (error) {
      setProblem(say(error));
    }
    setBusy(false);
  }
  return { isBusy, problem, act };
}
