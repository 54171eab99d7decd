/** Asking again as long as a sync goes on. */

import { useEffect } from "preact/hooks";

const LOOK_AGAIN_MS = 1500;

/**
 * @param isOn something is under way
 * @param isLoading an answer is waited for
 */
export function useAgainWhile(isOn: boolean, isLoading: boolean, again: () => void) {
  useEffect(() => {
    if (!isOn || isLoading) return undefined;
    const timer = setTimeout(again, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isOn, isLoading]);
}
