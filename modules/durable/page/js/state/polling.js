// @ts-check
/** Asks again and again, as long as somebody looks. */

import { useEffect } from "preact/hooks";

import { ConnectionError, isLost } from "../api.js";
import { report } from "./report.js";

const GAP_MS = 5000;

/**
 * @param {(signal: AbortSignal) => Promise<void>} ask asked 5 s after its last answer, and as soon as the page is looked at again
 * @param {unknown[]} depends what the question is made from
 */
export function usePolling(ask, depends) {
  useEffect(() => {
    const asking = new AbortController();
    let timer = 0;
    let isAsking = false;
    const wait = () => {
      clearTimeout(timer);
      if (!asking.signal.aborted && !document.hidden) timer = setTimeout(once, GAP_MS);
    };
    const once = async () => {
      if (isAsking) return;
      isAsking = true;
      try {
        await ask(asking.signal);
        isLost.value = false;
      } catch (error) {
        if (asking.signal.aborted) return;
        if (error instanceof ConnectionError) isLost.value = true;
        else return report(error); // such as a session that is over: asking again would be refused again
      } finally {
        isAsking = false;
      }
      wait();
    };
    const onLook = () => (document.hidden ? clearTimeout(timer) : once());
    document.addEventListener("visibilitychange", onLook);
    wait();
    return () => {
      asking.abort();
      isLost.value = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onLook);
    };
  }, depends);
}
