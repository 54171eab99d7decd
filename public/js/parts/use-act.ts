/** Something that is done once at a time, from a dialogue. */

import { useState } from "preact/hooks";

import { sentenceOf } from "../state/request.ts";

/** @param say what is shown where it is refused */
export function useAct(doIt: () => Promise<void>, say: (error: unknown) => string = sentenceOf) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
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
