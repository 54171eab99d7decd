// @ts-check
/** What was changed in the form and is not saved: kept with the version that it was begun from, until it is sent. */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, patch } from "../../api/client.js";
import { draftOf, dropDraft, keepDraft } from "../../state/drafts.js";
import { showIfOver } from "../../state/report.js";
import { sentenceOf } from "../../state/request.js";
import { MONEY } from "../declared.js";
import { readTyped, typedOf } from "./fields.js";

/** @import { ExpenseDetail } from "../../api/types.js" */
/** @import { Name, Typed } from "./fields.js" */

/** @typedef {Partial<Record<Name, Typed>>} Values */
/** @typedef {{ version: number, values: Values, reason: string }} Draft */
/** @typedef {{ field: string, message: string }} FieldProblem */

/**
 * @typedef {object} Editing
 * @property {Name[]} changed
 * @property {boolean} wantsReason
 * @property {string} reason
 * @property {(reason: string) => void} setReason
 * @property {(name: Name) => Typed} typed
 * @property {(name: Name, typed: Typed) => void} type
 * @property {(name: string) => string | null} problemOf
 * @property {number} refusals how often values were found wrong
 * @property {string | null} problem what no field says
 * @property {FieldProblem[]} doubts values that are likely slips: saving again confirms them
 * @property {ExpenseDetail | null} before as it was when somebody else changed it; null where nobody did
 * @property {boolean} isBusy
 * @property {() => Promise<void>} save
 * @property {() => void} drop
 * @property {(name: Name) => void} takeTheirs
 */

/**
 * @param {ExpenseDetail} expense as it was seen last
 * @param {(fresh: ExpenseDetail) => void} onSaved
 * @param {(current: ExpenseDetail) => void} onOutrun somebody else was first
 * @returns {Editing}
 */
export function useEditing(expense, onSaved, onOutrun) {
  const place = `expense:${expense.id}`;
  const [draft, setDraft] = useState(() => /** @type {Draft} */ (draftOf(place) ?? none(expense)));
  const [problems, setProblems] = useState(/** @type {FieldProblem[]} */ ([]));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [doubts, setDoubts] = useState(/** @type {FieldProblem[]} */ ([]));
  const [before, setBefore] = useState(/** @type {ExpenseDetail | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState(0);
  const changed = /** @type {Name[]} */ (Object.keys(draft.values));

  /** @param {(old: Draft) => Draft} change */
  function keep(change) {
    setDraft((old) => {
      const next = change(old);
      if (Object.keys(next.values).length > 0) keepDraft(place, next);
      else dropDraft(place);
      return next;
    });
  }

  // What was changed beside the form, such as by Undo, does not stand against what is typed into other fields.
  const seen = useRef(expense);
  useEffect(() => {
    const was = seen.current;
    seen.current = expense;
    if (was.version === expense.version) return;
    const isElsewhere = changed.every((name) => JSON.stringify(typedOf(was, name)) === JSON.stringify(typedOf(expense, name)));
    if (isElsewhere) keep((old) => (old.version === was.version ? { ...old, version: expense.version } : old));
  }, [expense.version]);

  /** @param {ExpenseDetail} fresh */
  function forget(fresh) {
    keep(() => none(fresh));
    setProblems([]);
    setProblem(null);
    setDoubts([]);
    setBefore(null);
  }

  /** @param {Name} name @param {Typed} typed */
  function type(name, typed) {
    setProblems((old) => old.filter(({ field }) => field !== name));
    setDoubts([]);
    keep((old) => {
      const values = { ...old.values, [name]: typed };
      if (JSON.stringify(typed) === JSON.stringify(typedOf(expense, name))) delete values[name];
      // What is begun now is begun from what is shown now.
      const version = Object.keys(old.values).length > 0 ? old.version : expense.version;
      return { ...old, version, values };
    });
  }

  async function save() {
    const currency = String(draft.values.currency ?? expense.currency).trim();
    const read = changed.map((field) => ({ field, ...readTyped(field, draft.values[field] ?? "", currency) }));
    const wrong = read.flatMap(({ field, problem: message }) => (message ? [{ field, message }] : []));
    setProblem(null);
    setProblems(wrong);
    if (wrong.length > 0) setRefusals((times) => times + 1);
    if (wrong.length > 0 || isBusy || changed.length === 0) return;
    setBusy(true);
    try {
      const values = Object.fromEntries(read.map(({ field, value }) => [field, value]));
      const about = { reason: draft.reason.trim() || null, confirmed: doubts.length > 0 ? /** @type {"date"[]} */ (["date"]) : [] };
      const options = { path: { expense_id: expense.id }, headers: { "If-Match": `"${draft.version}"` } };
      const fresh = await patch("/api/expenses/{expense_id}", { ...values, ...about }, options);
      forget(fresh);
      onSaved(fresh);
    } catch (error) {
      refused(error);
    } finally {
      setBusy(false);
    }
  }

  /** @param {unknown} error */
  function refused(error) {
    if (showIfOver(error)) return;
    if (error instanceof ApiError && error.status === 412 && error.problem.current) {
      const current = /** @type {ExpenseDetail} */ (error.problem.current);
      setBefore(expense);
      keep((old) => ({ ...old, version: current.version }));
      onOutrun(current);
      return;
    }
    if (error instanceof ApiError && error.code === "confirmation-needed") setDoubts(error.fieldErrors);
    else if (error instanceof ApiError && error.fieldErrors.length > 0) {
      setProblems(error.fieldErrors);
      setRefusals((times) => times + 1);
    } else setProblem(sentenceOf(error));
  }

  return {
    changed,
    wantsReason: changed.some((name) => MONEY.includes(name)),
    reason: draft.reason,
    setReason: (reason) => {
      setProblems((old) => old.filter(({ field }) => field !== "reason"));
      keep((old) => ({ ...old, reason }));
    },
    typed: (name) => draft.values[name] ?? typedOf(expense, name),
    type,
    problemOf: (name) => problems.find(({ field }) => field === name)?.message ?? null,
    refusals,
    problem,
    doubts,
    before,
    isBusy,
    save,
    drop: () => forget(expense),
    takeTheirs: (name) => type(name, typedOf(expense, name)),
  };
}

/** @param {ExpenseDetail} expense @returns {Draft} */
function none({ version }) {
  return { version, values: {}, reason: "" };
}
