/** Which fields were on the screen: nobody approves a doubtful value that they cannot have seen. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { FieldName } from "../../../api.ts";

/** Part of a field that must have been visible. */
const ENOUGH = 0.9;

/**
 * @param form that holds the fields, by their `data-field`
 * @param isOpen whether the part that can be folded is unfolded, so that its fields can be seen
 * @returns those of them that were never on the screen, in the form's order
 */
export function useUnseen(
  form: { current: HTMLElement | null },
  wanted: Set<FieldName>,
  isOpen: boolean,
): () => FieldName[] {
  const seen = useRef(new Set<string>());
  // What gets the focus is scrolled to. It counts at once: the observer tells of it a frame later,
  // and on a busy machine a value can be typed, and the form sent, before that. Listened to before
  // the form gives the focus away.
  useLayoutEffect(() => {
    const element = form.current;
    element?.addEventListener("focusin", noteFocus);
    return () => element?.removeEventListener("focusin", noteFocus);
  }, []);
  useEffect(() => {
    const fields = [...(form.current?.querySelectorAll("[data-field]") ?? [])].filter(isWanted);
    const top = document.querySelector(".run-bar")?.getBoundingClientRect().bottom ?? 0;
    const bar = form.current?.querySelector(".review-actions");
    const bottom = bar && getComputedStyle(bar).position === "sticky" ? bar.clientHeight : 0;
    const rootMargin = `-${Math.max(0, Math.round(top))}px 0px -${bottom}px 0px`;
    const observer = new IntersectionObserver(note, { rootMargin, threshold: [ENOUGH] });
    for (const field of fields) observer.observe(field);
    return () => observer.disconnect();
  }, [isOpen]);

  function note(entries: IntersectionObserverEntry[]) {
    for (const { intersectionRatio, target } of entries) {
      const { field } = (target as HTMLElement).dataset;
      if (field && intersectionRatio >= ENOUGH) seen.current.add(field);
    }
  }

  function noteFocus({ target }: FocusEvent) {
    const field = target instanceof Element ? target.closest("[data-field]") : null;
    if (field instanceof HTMLElement && field.dataset.field) seen.current.add(field.dataset.field);
  }

  function isWanted(element: Element) {
    return element instanceof HTMLElement && wanted.has(element.dataset.field as FieldName);
  }

  return () => [...wanted].filter((name) => !seen.current.has(name));
}
