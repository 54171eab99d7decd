// @ts-check
/** The focus, where a dialogue had it. */

import { useEffect, useState } from "preact/hooks";

/**
 * Give the focus back once a dialogue is gone: nothing behind it takes the focus before.
 *
 * @param {{ current: HTMLElement | null }} [fallback] gets it where what had it is gone
 */
export function useFocusBack(fallback) {
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        if (before instanceof HTMLElement && before.isConnected) before.focus();
        else fallback?.current?.focus({ preventScroll: true });
      });
    };
  }, []);
}
