/**
 * Why something was not done. A reader of the screen says it, and it comes into sight: on a phone
 * the button of a long form is far from what it says.
 */

import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";

/** What comes into sight once the page is drawn. */
let first: HTMLElement | null = null;

/** @param props.children nothing is shown where it is empty */
export function Problem({ children: text }: { children: string | null | undefined }) {
  const it = useInSight<HTMLParagraphElement>(text);
  if (!text) return null;
  return (
    <p class="form-problem" role="alert" ref={it}>
      {text}
    </p>
  );
}

/**
 * Bring what says a problem into sight as it comes up. Of several the first in the page is.
 *
 * @param text what it says; empty where there is none
 */
export function useInSight<Element extends HTMLElement>(
  text: string | null | undefined,
): RefObject<Element | null> {
  const it = useRef<Element | null>(null);
  useEffect(() => {
    if (!text || first) return;
    first = it.current;
    requestAnimationFrame(() => {
      first?.scrollIntoView({ block: "nearest" });
      first = null;
    });
  }, [text]);
  return it;
}
