/** Something that is done once at a time, from a dialogue. */

import { useState } from "preact/hooks";

import { sentenceOf } from "../state/request.ts";
import { useBusy } from "./use-busy.ts";

/** @param say what is shown where it is refused */
export function useAct(doIt: () => Promise<void>, say: (error: unknown) => string = sentenceOf) {
  const [isBusy, whileBusy] = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  async function act() {
    return whileBusy(async () => {
      setProblem(null);
      try {
        await doIt();
      } catch (error) {
        setProblem(say(error));
      }
    });
  }
  return { isBusy, problem, act };
}
