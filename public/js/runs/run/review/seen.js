// @ts-check
/** Which fields were on the screen: nobody approves a doubtful value that they cannot have seen. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/** @import { FieldName } from "../../../api.js" */

/** Part of a field that must have been visible. */
const ENOUGH = 0.9;

/**
 * @param {{ current: HTMLElement | null }} form that holds the fields, by their `data-field`
 * @param {Set<FieldName>} wanted
 * @param {boolean} isOpen whether the part that can be folded is unfolded, so that its fields can be seen
 * @returns {() => FieldName[]} those of them that were never on the screen, in the form's order
 */
export function useUnseen(form, wanted, isOpen) {
  const seen = useRef(/** @type {Set<string>} */ (new Set()));
  // What gets the focus is scrolled to. It counts at once: the observer tells of it a frame later, and on a busy machine a
  // value can be typed, and the form sent, before that. Listened to before the form gives the focus away.
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

  /** @param {IntersectionObserverEntry[]} entries */
  function note(entries) {
    for (const { intersectionRatio, target } of entries) {
      const { field } = /** @type {HTMLElement} */ (target).dataset;
      if (field && intersectionRatio >= ENOUGH) seen.current.add(field);
    }
  }

  /** @param {FocusEvent} event */
  function noteFocus({ target }) {
    const field = target instanceof Element ? target.closest("[data-field]") : null;
    if (field instanceof HTMLElement && field.dataset.field) seen.current.add(field.dataset.field);
  }

  /** @param {Element} element */
  function isWanted(element) {
    return element instanceof HTMLElement && wanted.has(/** @type {FieldName} */ (element.dataset.field));
  }

  return () => [...wanted].filter((name) => !seen.current.has(name));
}
