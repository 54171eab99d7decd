/** A question that an act opens in the page: all of it is seen, and one can answer at once. */

import { useLayoutEffect, useRef } from "preact/hooks";

/** @returns for the element of the question; it is drawn as the question opens */
export function useOpened<Question extends HTMLElement>() {
  const question = useRef<Question | null>(null);
  useLayoutEffect(() => {
    // The first field alone could stand in sight with its buttons under a bar.
    question.current?.scrollIntoView({ block: "nearest" });
    const field = question.current?.querySelector<HTMLElement>("input, textarea, select");
    field?.focus({ preventScroll: true });
  }, []);
  return question;
}
