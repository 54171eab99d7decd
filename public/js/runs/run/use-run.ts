/** A run that is shown: followed while something happens to it, and what is done with it. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../../api.ts";
import { notify } from "../../notifications/notices.ts";
import { report, showIfOver } from "../../state/report.ts";
import { sentenceOf } from "../../state/request.ts";
import { putRun, sync } from "../../state/runs.ts";
import { followRun } from "./follow.ts";
import { learnTitles } from "./operations/plain-words.ts";
import { prepareNext } from "./queue.ts";
import type { Operation, Run } from "../../api.ts";

export interface Followed {
  run: Run | null;
  again: () => void;
  /** the operation that a person is asked about */
  asked: { run: Run; operation: Operation } | null;
  ask: (asked: { run: Run; operation: Operation } | null) => void;
  /** it was not done, and nothing else says why */
  onRefused: (error: unknown) => void;
  /** it was done */
  onOperated: (text: string) => void;
}

/**
 * @param id null until it is known
 * @param options `title` gets the focus where what had it is gone; `onMissing` is called where
 *   there is no such run
 */
export function useRun(
  id: string | null,
  {
    title,
    onMissing,
  }: { title: { current: HTMLElement | null }; onMissing: (error: ApiError) => void },
): Followed {
  const [run, setRun] = useState<Run | null>(null);
  const [times, setTimes] = useState(0);
  const [asked, ask] = useState<Followed["asked"]>(null);
  const hadFocus = useRef(false);
  useEffect(() => {
    if (id === null) return undefined;
    const following = new AbortController();
    const onRun = (fresh: Run) => {
      learnTitles(fresh);
      hadFocus.current = Boolean(document.activeElement?.closest("#run-explanation"));
      setRun(fresh);
      putRun(fresh);
      sync.poke();
      prepareNext(id);
    };
    followRun(id, following.signal, onRun).catch((error) => {
      if (error instanceof ApiError && error.status === 404) onMissing(error);
      else report(error);
    });
    return () => following.abort();
  }, [id, times]);
  useLayoutEffect(() => {
    // What was drawn anew has taken the focus from what had it.
    if (hadFocus.current && document.activeElement === document.body)
      title.current?.focus({ preventScroll: true });
    hadFocus.current = false;
  }, [run]);
  const again = () => setTimes((before) => before + 1);
  return {
    run,
    again,
    asked,
    ask,
    onRefused: (error) => {
      if (error !== null && !showIfOver(error)) notify(sentenceOf(error), { kind: "problem" });
      again();
    },
    onOperated: (text) => {
      title.current?.focus({ preventScroll: true });
      notify(text, { kind: "success" });
      sync.poke();
      again();
    },
  };
}
