// @ts-check
/** Asking the server from a view: what is loading, what was answered, what went wrong. */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, ConnectionError } from "../api/client.js";
import { showIfOver } from "./report.js";

/**
 * @template Answer
 * @typedef {object} Requested
 * @property {Answer | null} answer the last one; it stays while it is asked for again
 * @property {string | null} problem a sentence to show
 * @property {boolean} isLoading
 * @property {() => void} again ask once more
 * @property {(answer: Answer) => void} set take an answer that is known otherwise, such as that of a PATCH
 */

/**
 * Ask when the view is shown, and whenever `depends` changes. An answer that comes too late is dropped.
 *
 * @template Answer
 * @param {(signal: AbortSignal) => Promise<Answer>} ask
 * @param {unknown[]} depends what the request is made from
 * @returns {Requested<Answer>}
 */
export function useRequest(ask, depends) {
  const [answer, set] = useState(/** @type {Answer | null} */ (null));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isLoading, setLoading] = useState(true);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const asking = new AbortController();
    setLoading(true);
    ask(asking.signal)
      .then((fresh) => {
        if (asking.signal.aborted) return;
        set(fresh);
        setProblem(null);
      })
      .catch((error) => {
        if (!asking.signal.aborted && !showIfOver(error)) setProblem(sentenceOf(error));
      })
      .finally(() => {
        if (!asking.signal.aborted) setLoading(false);
      });
    return () => asking.abort();
  }, [...depends, times]);
  return { answer, problem, isLoading, again: () => setTimes((before) => before + 1), set };
}

/**
 * @template Item
 * @typedef {object} Pages
 * @property {Item[]} items of all pages that were loaded
 * @property {boolean} hasMore
 * @property {string | null} problem
 * @property {boolean} isLoading
 * @property {() => void} more load the next page
 * @property {() => void} again from the first page on
 * @property {(how: (items: Item[]) => Item[]) => void} change items that are known otherwise, such as by the answer of a PATCH
 */

/**
 * A list of any length, a page at a time.
 *
 * @template Item
 * @param {(cursor: string | null, signal: AbortSignal) => Promise<{ items: Item[], nextCursor: string | null }>} ask
 * @param {unknown[]} depends what the request is made from; a change begins with the first page
 * @returns {Pages<Item>}
 */
export function usePages(ask, depends) {
  const [items, setItems] = useState(/** @type {Item[]} */ ([]));
  const cursor = useRef(/** @type {string | null} */ (null));
  const [hasMore, setMore] = useState(false);
  const first = useRequest(async (signal) => {
    const page = await ask(null, signal);
    if (!signal.aborted) take(page, true);
    return page;
  }, depends);
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  // Pages of what was asked before must not come under what is asked now.
  const asking = useRef(new AbortController());
  useEffect(() => {
    asking.current = new AbortController();
    return () => asking.current.abort();
  }, depends);

  /**
   * @param {{ items: Item[], nextCursor: string | null }} page
   * @param {boolean} isFirst
   */
  function take(page, isFirst) {
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

  return {
    items,
    hasMore,
    problem: first.problem ?? problem,
    isLoading: first.isLoading || isLoading,
    more,
    again: first.again,
    change: setItems,
  };
}

/**
 * @param {unknown} error
 * @returns {string}
 * @throws {unknown} what is no answer of the server, since it is a mistake in the page
 */
export function sentenceOf(error) {
  if (error instanceof ApiError || error instanceof ConnectionError) return error.message;
  throw error;
}
