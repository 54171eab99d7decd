// @ts-check
/** A statement that is being written: what is typed, kept until it is sent; what is wrong; where it leads. */

import { useEffect, useRef, useState } from "preact/hooks";

import { getRun } from "../api.js";
import { ApiError } from "../api/client.js";
import { go } from "../shell/address.js";
import { draftOf, dropDraft, keepDraft } from "../state/drafts.js";
import { showIfOver } from "../state/report.js";
import { sentenceOf } from "../state/request.js";

/** @import { TakenReceipt } from "../api/types.js" */

/** How long a statement that was taken is waited for, before its run is shown instead. */
const PATIENCE_MS = 20_000;

/**
 * @template Values
 * @typedef {object} Statement
 * @property {Values} values as they are typed
 * @property {(change: Partial<Values>) => void} type
 * @property {(name: string) => string | null} problemOf a field
 * @property {string | null} problem what no field says
 * @property {number} refusals how often something was found wrong
 * @property {boolean} isBusy
 * @property {() => void} clear begin anew
 * @property {(wrong: Record<string, string | null>, ask: (key: string) => Promise<TakenReceipt>) => Promise<void>} send
 *   nothing is sent while a field is wrong; then its expense is opened
 */

/**
 * @template {object} Values
 * @param {string} kind
 * @param {Values} first what stands in the fields of a new one
 * @param {Record<string, string>} [names] fields by the API's names, where those are others
 * @returns {Statement<Values>}
 */
export function useStatement(kind, first, names = {}) {
  const place = `statement:${kind}`;
  const [draft, setDraft] = useState(() => /** @type {{ key: string, values: Values }} */ (draftOf(place) ?? fresh(first)));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [refusals, setRefusals] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  /** @param {Partial<Values>} change */
  function type(change) {
    setProblems((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !(name in change))));
    setDraft((old) => {
      // What says something else is another statement: only the same may be sent again under its key.
      const values = { ...old.values, ...change };
      const next = "paidBy" in change ? { ...old, values } : fresh(values); // who paid makes it no other
      keepDraft(place, next);
      return next;
    });
  }

  /** @param {Record<string, string>} found */
  function refuse(found) {
    setProblems(found);
    setRefusals((times) => times + 1);
  }

  /** @type {Statement<Values>["send"]} */
  async function send(wrong, ask) {
    if (isBusy) return;
    const found = Object.entries(wrong).flatMap(([name, message]) => (message ? [[name, message]] : []));
    setProblem(null);
    setProblems({});
    if (found.length > 0) {
      refuse(Object.fromEntries(found));
      return;
    }
    setBusy(true);
    try {
      const { runId } = await ask(draft.key);
      dropDraft(place);
      const address = await placeOf(runId, leaving.current.signal);
      if (!leaving.current.signal.aborted) go(address);
    } catch (error) {
      if (leaving.current.signal.aborted || showIfOver(error)) return;
      if (error instanceof ApiError && error.fieldErrors.length > 0) {
        const found = error.fieldErrors.map(({ field, message }) => ({ field: names[field] ?? field, message }));
        refuse(Object.fromEntries(found.map(({ field, message }) => [field, message])));
        setProblem(found.find(({ field }) => !Object.hasOwn(draft.values, field))?.message ?? null);
      } else setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  function clear() {
    dropDraft(place);
    setDraft(fresh(first));
    setProblems({});
    setProblem(null);
  }

  const problemOf = (/** @type {string} */ name) => problems[name] ?? null;
  return { values: draft.values, type, problemOf, problem, refusals, isBusy, clear, send };
}

/** @template Values @param {Values} values */
function fresh(values) {
  return { key: crypto.randomUUID(), values };
}

/**
 * @param {string} runId
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the address of the expense, or of the run where it asks something or takes long
 */
async function placeOf(runId, signal) {
  const until = Date.now() + PATIENCE_MS;
  const place = `/runs/${runId}`;
  try {
    let { run, tag } = await getRun(runId, { signal });
    while (run && run.status === "processing" && !run.expense && Date.now() < until) {
      const next = await getRun(runId, { signal, unlessTag: tag });
      if (next.run) ({ run, tag } = next);
    }
    return run?.expense ? `/expenses/${run.expense.id}` : place;
  } catch (error) {
    if (signal.aborted) return place;
    if (!showIfOver(error)) sentenceOf(error);
    return place; // it was taken; its own view says how far it is
  }
}
