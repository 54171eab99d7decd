/**
 * A statement that is being written: what is typed, kept until it is sent; what is wrong; where it
 * leads.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { getRun } from "../api.ts";
import { ApiError } from "../api/client.ts";
import { go } from "../shell/address.ts";
import { draftOf, dropDraft, keepDraft } from "../state/drafts.ts";
import { pageOfReceipt } from "../receipts/address.ts";
import { showIfOver } from "../state/report.ts";
import { sentenceOf } from "../state/request.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { TakenReceipt } from "../api/types.d.ts";

/** How long a statement that was taken is waited for, before its run is shown instead. */
const PATIENCE_MS = 20_000;

export interface Statement<Values> {
  /** as they are typed */
  values: Values;
  type: (change: Partial<Values>) => void;
  /** a field */
  problemOf: (name: string) => string | null;
  /** what no field says */
  problem: string | null;
  /** how often something was found wrong */
  refusals: number;
  isBusy: boolean;
  /** begin anew */
  clear: () => void;
  /** nothing is sent while a field is wrong; then its expense is opened */
  send: (
    wrong: Record<string, string | null>,
    ask: (key: string) => Promise<TakenReceipt>,
  ) => Promise<void>;
}

/**
 * @param first what stands in the fields of a new one
 * @param names fields by the API's names, where those are others
 */
export function useStatement<Values extends object>(
  kind: string,
  first: Values,
  names: Record<string, string> = {},
): Statement<Values> {
  const place = `statement:${kind}`;
  const [draft, setDraft] = useState(
    () => (draftOf(place) ?? fresh(first)) as { key: string; values: Values },
  );
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [refusals, setRefusals] = useState(0);
  const [isBusy, whileBusy] = useBusy();
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  function type(change: Partial<Values>) {
    setProblems((old) =>
      Object.fromEntries(Object.entries(old).filter(([name]) => !(name in change))),
    );
    setDraft((old) => {
      // What says something else is another statement: only the same may be sent again under its
      // key.
      const values = { ...old.values, ...change };
      const next = "paidBy" in change ? { ...old, values } : fresh(values); // who paid makes it no other
      keepDraft(place, next);
      return next;
    });
  }

  function refuse(found: Record<string, string>) {
    setProblems(found);
    setRefusals((times) => times + 1);
  }

  async function send(
    wrong: Record<string, string | null>,
    ask: (key: string) => Promise<TakenReceipt>,
  ): Promise<void> {
    if (isBusy) return;
    const found = Object.entries(wrong).flatMap(([name, message]) =>
      message ? [[name, message]] : [],
    );
    setProblem(null);
    setProblems({});
    if (found.length > 0) {
      refuse(Object.fromEntries(found));
      return;
    }
    return whileBusy(async () => {
      try {
        const { runId } = await ask(draft.key);
        dropDraft(place);
        const address = await placeOf(runId, leaving.current.signal);
        if (!leaving.current.signal.aborted) go(address);
      } catch (error) {
        if (leaving.current.signal.aborted || showIfOver(error)) return;
        if (error instanceof ApiError && error.fieldErrors.length > 0) {
          const found = error.fieldErrors.map(({ field, message }) => ({
            field: names[field] ?? field,
            message,
          }));
          refuse(Object.fromEntries(found.map(({ field, message }) => [field, message])));
          setProblem(
            found.find(({ field }) => !Object.hasOwn(draft.values, field))?.message ?? null,
          );
        } else setProblem(sentenceOf(error));
      }
    });
  }

  function clear() {
    dropDraft(place);
    setDraft(fresh(first));
    setProblems({});
    setProblem(null);
  }

  const problemOf = (name: string) => problems[name] ?? null;
  return { values: draft.values, type, problemOf, problem, refusals, isBusy, clear, send };
}

function fresh<Values>(values: Values) {
  return { key: crypto.randomUUID(), values };
}

/** @returns the address of the expense, or of the run where it asks something or takes long */
async function placeOf(runId: string, signal: AbortSignal): Promise<string> {
  const until = Date.now() + PATIENCE_MS;
  const place = pageOfReceipt(runId);
  try {
    let { run, tag } = await getRun(runId, { signal });
    while (run && run.status === "processing" && !run.expense && Date.now() < until) {
      const next = await getRun(runId, { signal, unlessTag: tag });
      if (next.run) ({ run, tag } = next);
    }
    return pageOfReceipt(runId, run?.expense?.id);
  } catch (error) {
    if (signal.aborted) return place;
    if (!showIfOver(error)) sentenceOf(error);
    return place; // it was taken; its own view says how far it is
  }
}
