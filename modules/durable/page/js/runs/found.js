// @ts-check
/** The runs that were asked for, a page at a time, the newest of them kept as they are now. */

import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "../api/client.js";
import { usePolling } from "../state/polling.js";
import { showIfOver } from "../state/report.js";
import { sentenceOf } from "../state/request.js";

/** @import { RunSummary } from "../api.js" */

/** @typedef {"all" | "person" | "failed" | "live"} Show */
/** @typedef {{ items: RunSummary[], nextCursor: string | null }} Page */

const PAGE = 50;

/** What the API is asked for each; failed is also what could not be undone, or stands still. */
const ASKED = {
  all: {},
  person: { status: /** @type {const} */ ("needs_review") },
  failed: { unresolved: true },
  live: { status: /** @type {const} */ ("processing") },
};

/**
 * @param {Show} show
 * @param {string} kind empty for all
 */
export function useRuns(show, kind) {
  const [found, setFound] = useState(/** @type {Page} */ ({ items: [], nextCursor: null }));
  const [isLoading, setLoading] = useState(true);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  /** @param {string | null} cursor @param {AbortSignal} signal */
  async function ask(cursor, signal) {
    return /** @type {Page} */ (await get("/api/runs", { query: { limit: PAGE, cursor, kind, ...ASKED[show] }, signal }));
  }

  /** @param {string | null} cursor */
  async function load(cursor) {
    const { signal } = leaving.current;
    setLoading(true);
    try {
      const page = await ask(cursor, signal);
      setFound((known) => ({ ...page, items: cursor ? [...known.items, ...page.items] : page.items }));
      setProblem(null);
    } catch (error) {
      if (!signal.aborted && !showIfOver(error)) setProblem(sentenceOf(error));
    } finally {
      if (!signal.aborted) setLoading(false);
    }
  }

  useEffect(() => void load(null), []);
  usePolling(async (signal) => {
    const page = await ask(null, signal);
    setFound((known) => withNewest(known, page));
    setProblem(null);
  }, []);
  return {
    ...{ items: found.items, hasMore: found.nextCursor !== null, isLoading, problem },
    again: () => load(null),
    more: () => {
      if (!isLoading && found.nextCursor) load(found.nextCursor);
    },
  };
}

/**
 * Older pages that were loaded stay below the first, as it is now.
 *
 * @param {Page} known
 * @param {Page} first
 * @returns {Page}
 */
function withNewest(known, first) {
  const last = first.items.at(-1);
  if (first.nextCursor === null || !last) return first;
  const shown = new Set(first.items.map(({ id }) => id));
  const older = known.items.filter(({ id, createdAt }) => createdAt <= last.createdAt && !shown.has(id));
  return older.length > 0 ? { items: [...first.items, ...older], nextCursor: known.nextCursor } : first;
}
