/** Asking the server from a view: what is loading, what was answered, what went wrong. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError, ConnectionError } from "../api/client.ts";
import { t } from "../words.ts";
import { closeGap, tellOfGap } from "./gaps.ts";
import { showIfOver } from "./report.ts";

export interface Requested<Answer> {
  /** the last one; it stays while it is asked for again */
  answer: Answer | null;
  /** a sentence to show; where nobody reads it, a notice tells of the gap in the page */
  problem: string | null;
  isLoading: boolean;
  /** ask once more */
  again: () => void;
  /** ask once more where an answer is under way, since that may be older than what is known */
  renew: () => void;
  /**
   * Take an answer that is known otherwise, such as that of a PATCH. What is asked for at this
   * moment may be older, and is dropped.
   */
  set: (answer: Answer) => void;
}

/**
 * Ask when the view is shown, and whenever `depends` changes. An answer that comes too late is
 * dropped.
 *
 * @param depends what the request is made from
 */
export function useRequest<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  depends: unknown[],
): Requested<Answer> {
  const [answer, set] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [times, setTimes] = useState(0);
  const latest = useRef(new AbortController());
  const isUnderWay = useRef(false);
  const isShown = useRef(false);
  const again = () => setTimes((before) => before + 1);
  isShown.current = false;
  useEffect(() => {
    const asking = new AbortController();
    latest.current = asking;
    isUnderWay.current = true;
    setLoading(true);
    ask(asking.signal)
      .then((fresh) => {
        if (asking.signal.aborted) return;
        set(fresh);
        setProblem(null);
        closeGap(latest);
      })
      .catch((error) => {
        if (asking.signal.aborted || showIfOver(error)) return;
        setProblem(problemOf(error));
        if (error instanceof ConnectionError && !isShown.current) tellOfGap(latest, again);
        sentenceOf(error);
      })
      .finally(() => {
        if (asking.signal.aborted) return;
        isUnderWay.current = false;
        setLoading(false);
      });
    return () => asking.abort();
  }, [...depends, times]);
  useEffect(() => () => closeGap(latest), []);
  const take = useCallback((known: Answer) => {
    latest.current.abort();
    isUnderWay.current = false;
    setLoading(false);
    set(known);
  }, []);
  const renew = () => {
    if (isUnderWay.current) again();
  };
  return {
    answer,
    get problem() {
      isShown.current = true;
      return problem;
    },
    isLoading,
    again,
    renew,
    set: take,
  };
}

/** A view is never empty because something in it failed, be it a mistake in the page. */
function problemOf(error: unknown): string {
  const isKnown = error instanceof ApiError || error instanceof ConnectionError;
  return isKnown ? error.message : t`This part could not be loaded.`;
}

export interface Pages<Item> {
  /** of all pages that were loaded */
  items: Item[];
  hasMore: boolean;
  /** the first page was there once: where it is empty, there is nothing */
  isRead: boolean;
  problem: string | null;
  isLoading: boolean;
  /** load the next page */
  more: () => void;
  /** from the first page on */
  again: () => void;
  /** items that are known otherwise, such as by the answer of a PATCH */
  change: (how: (items: Item[]) => Item[]) => void;
}

/**
 * A list of any length, a page at a time.
 *
 * @param depends what the request is made from; a change begins with the first page
 */
export function usePages<Item>(
  ask: (
    cursor: string | null,
    signal: AbortSignal,
  ) => Promise<{ items: Item[]; nextCursor: string | null }>,
  depends: unknown[],
): Pages<Item> {
  const [items, setItems] = useState<Item[]>([]);
  const cursor = useRef<string | null>(null);
  const [hasMore, setMore] = useState(false);
  const first = useRequest(async (signal) => {
    const page = await ask(null, signal);
    if (!signal.aborted) take(page, true);
    return page;
  }, depends);
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  // Pages of what was asked before must not come under what is asked now.
  const asking = useRef(new AbortController());
  useEffect(() => {
    asking.current = new AbortController();
    return () => asking.current.abort();
  }, depends);

  function take(page: { items: Item[]; nextCursor: string | null }, isFirst: boolean) {
    setItems((known) => (isFirst ? page.items : [...known, ...page.items]));
    cursor.current = page.nextCursor;
    setMore(page.nextCursor !== null);
  }

  async function more() {
    if (isLoading || cursor.current === null) return;
    const { signal } = asking.current;
    setLoading(true);
    try {
      const page = await ask(cursor.current, signal);
      if (!signal.aborted) take(page, false);
      setProblem(null);
    } catch (error) {
      if (!signal.aborted && !showIfOver(error)) setProblem(sentenceOf(error));
    } finally {
      setLoading(false);
    }
  }

  function change(how: (items: Item[]) => Item[]) {
    setItems(how);
    first.renew();
  }

  return {
    items,
    hasMore,
    isRead: first.answer !== null,
    problem: first.problem ?? problem,
    isLoading: first.isLoading || isLoading,
    more,
    again: first.again,
    change,
  };
}

/** @throws {unknown} what is no answer of the server, since it is a mistake in the page */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof ConnectionError) return error.message;
  throw error;
}
