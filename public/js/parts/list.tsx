/** A list of any length: the next page is loaded when its end comes near, or by a button. */

import { useEffect, useRef } from "preact/hooks";

import { Waiting } from "./view.tsx";
import type { ComponentChildren } from "preact";
import type { Pages } from "../state/request.ts";

const NEAR = "600px";

export function PagedList<Item>({
  pages,
  label,
  row,
  head,
  empty,
}: {
  /** of `usePages` */
  pages: Pages<Item>;
  /** of the list, for who does not see it */
  label: string;
  /**
   * an `<li key=…>`, or a `<tr key=…>` under a head; the key is what
   * the item is found by again
   */
  row: (item: Item) => ComponentChildren;
  /** the `<tr>` of what the columns are called: then the list is a table */
  head?: ComponentChildren;
  /** what stands there where the list is empty */
  empty: ComponentChildren;
}) {
  const { items, hasMore, isLoading, problem, more, again } = pages;
  if (items.length === 0) {
    return problem || isLoading ? (
      <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
    ) : (
      empty
    );
  }
  const list = (
    <ul class="lines" aria-label={label}>
      {items.map(row)}
    </ul>
  );
  const table = (
    <table class="card figures is-books" aria-label={label}>
      <thead>{head}</thead>
      <tbody>{items.map(row)}</tbody>
    </table>
  );
  return (
    <>
      {head ? table : list}
      <Waiting problem={problem} isLoading={false} onAgain={hasMore ? more : again} />
      {hasMore && <NearEnd key={items.length} onNear={more} />}
    </>
  );
}

/** The button for the next page, which is also pressed by itself. */
export function NearEnd({ onNear }: { onNear: () => void }) {
  const button = useRef<HTMLButtonElement | null>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting && onNear(), {
      rootMargin: NEAR,
    });
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  }, []);
  return (
    <button type="button" class="button load-more" ref={button} onClick={onNear}>
      Load more
    </button>
  );
}
