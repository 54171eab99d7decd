// @ts-check
/** A list of any length: the next page is loaded when its end comes near, or by a button. */

import { useEffect, useRef } from "preact/hooks";

import { Waiting } from "./view.js";
import { html } from "../words.js";

/** @import { ComponentChildren } from "preact" */

const NEAR = "600px";

/**
 * @template Item
 * @param {object} props
 * @param {import("../state/request.js").Pages<Item>} props.pages of `usePages`
 * @param {string} props.label of the list, for who does not see it
 * @param {(item: Item) => ComponentChildren} props.row an `<li key=…>`, or a `<tr key=…>` under a head; the key is what
 *   the item is found by again
 * @param {ComponentChildren} [props.head] the `<tr>` of what the columns are called: then the list is a table
 * @param {ComponentChildren} props.empty what stands there where the list is empty
 */
export function PagedList({ pages, label, row, head, empty }) {
  const { items, hasMore, isLoading, problem, more, again } = pages;
  if (items.length === 0) {
    return problem || isLoading ? html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />` : empty;
  }
  const list = html`<ul class="lines" aria-label=${label}>${items.map(row)}</ul>`;
  const table = html`<table class="card figures is-books" aria-label=${label}><thead>${head}</thead><tbody>${items.map(row)}</tbody></table>`;
  return html`
    ${head ? table : list}
    <${Waiting} problem=${problem} isLoading=${false} onAgain=${hasMore ? more : again} />
    ${hasMore && html`<${NearEnd} key=${items.length} onNear=${more} />`}
  `;
}

/** The button for the next page, which is also pressed by itself. @param {{ onNear: () => void }} props */
export function NearEnd({ onNear }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => {
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting && onNear(), { rootMargin: NEAR });
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  }, []);
  return html`<button type="button" class="button load-more" ref=${button} onClick=${onNear}>Load more</button>`;
}
