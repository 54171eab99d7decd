// @ts-check
/** Asking again as long as a sync goes on. */

import { useEffect } from "preact/hooks";

const LOOK_AGAIN_MS = 1500;

/**
 * @param {boolean} isOn something is under way
 * @param {boolean} isLoading an answer is waited for
 * @param {() => void} again
 */
export function useAgainWhile(isOn, isLoading, again) {
  useEffect(() => {
    if (!isOn || isLoading) return undefined;
    const timer = setTimeout(again, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isOn, isLoading]);
}
