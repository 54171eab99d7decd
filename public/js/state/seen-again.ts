/** The page is looked at again: after another tab or app, or as the browser brings it back. */

import { useEffect, useRef } from "preact/hooks";

/** @param look asks again for what others may have changed meanwhile */
export function useSeenAgain(look: () => void) {
  const newest = useRef(look);
  newest.current = look;
  useEffect(() => whenSeenAgain(() => newest.current()), []);
}

/** @returns ends that */
export function whenSeenAgain(look: () => void): () => void {
  const onVisibility = () => {
    if (!document.hidden) look();
  };
  // Not every browser says of a page that it brings back that it is visible again.
  const onPageShow = ({ persisted }: PageTransitionEvent) => {
    if (persisted) look();
  };
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("pageshow", onPageShow);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    removeEventListener("pageshow", onPageShow);
  };
}
