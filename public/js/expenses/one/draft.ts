/**
 * What was changed in the form and is not saved: kept with the version that it was begun from,
 * until it is sent.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, patch } from "../../api/client.ts";
import { draftOf, dropDraft, keepDraft } from "../../state/drafts.ts";
import { showIfOver } from "../../state/report.ts";
import { sentenceOf } from "../../state/request.ts";
import { MONEY } from "../declared.ts";
import { inTurn, noteOwn } from "../in-turn.ts";
import { readTyped, typedOf } from "./fields.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ExpenseDetail } from "../../api/types.d.ts";
import type { Name, Typed } from "./fields.ts";

type Values = Partial<Record<Name, Typed>>;
type Draft = { version: number; values: Values; reason: string };
type FieldProblem = { field: string; message: string };

export interface Editing {
  changed: Name[];
  wantsReason: boolean;
  reason: string;
  setReason: (reason: string) => void;
  typed: (name: Name) => Typed;
  type: (name: Name, typed: Typed) => void;
  problemOf: (name: string) => string | null;
  /** how often values were found wrong */
  refusals: number;
  /** what no field says */
  problem: string | null;
  /** values that are likely slips: saving again confirms them */
  doubts: FieldProblem[];
  /** as it was when somebody else changed it; null where nobody did */
  before: ExpenseDetail | null;
  isBusy: boolean;
  /** gives it as it was saved; null where it could not be */
  save: () => Promise<ExpenseDetail | null>;
  drop: () => void;
  takeTheirs: (name: Name) => void;
}

/**
 * @param expense as it was seen last
 * @param onOutrun somebody else was first
 */
export function useEditing(
  expense: ExpenseDetail,
  onSaved: (fresh: ExpenseDetail) => void,
  onOutrun: (current: ExpenseDetail) => void,
): Editing {
  const place = `expense:${expense.id}`;
  const [draft, setDraft] = useState(() => (draftOf(place) ?? none(expense)) as Draft);
  const [problems, setProblems] = useState<FieldProblem[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [doubts, setDoubts] = useState<FieldProblem[]>([]);
  const [before, setBefore] = useState<ExpenseDetail | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const [refusals, setRefusals] = useState(0);
  const changed = Object.keys(draft.values) as Name[];

  function keep(change: (old: Draft) => Draft) {
    setDraft((old) => {
      const next = change(old);
      if (Object.keys(next.values).length > 0) keepDraft(place, next);
      else dropDraft(place);
      return next;
    });
  }

  // What was changed beside the form, such as by Undo, does not stand against what is typed into
  // other fields.
  const seen = useRef(expense);
  useEffect(() => {
    const was = seen.current;
    seen.current = expense;
    if (was.version === expense.version) return;
    const isElsewhere = changed.every(
      (name) => JSON.stringify(typedOf(was, name)) === JSON.stringify(typedOf(expense, name)),
    );
    if (isElsewhere)
      keep((old) => (old.version === was.version ? { ...old, version: expense.version } : old));
  }, [expense.version]);

  function forget(fresh: ExpenseDetail) {
    keep(() => none(fresh));
    setProblems([]);
    setProblem(null);
    setDoubts([]);
    setBefore(null);
  }

  function type(name: Name, typed: Typed) {
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

  async function save(): Promise<ExpenseDetail | null> {
    const currency = String(draft.values.currency ?? expense.currency).trim();
    const read = changed.map((field) => ({
      field,
      ...readTyped(field, draft.values[field] ?? "", currency),
    }));
    const wrong = read.flatMap(({ field, problem: message }) =>
      message ? [{ field, message }] : [],
    );
    setProblem(null);
    setProblems(wrong);
    if (wrong.length > 0) setRefusals((times) => times + 1);
    if (wrong.length > 0 || isBusy || changed.length === 0) return null;
    return whileBusy(async () => {
      try {
        const values = Object.fromEntries(read.map(({ field, value }) => [field, value]));
        const about = {
          reason: draft.reason.trim() || null,
          confirmed: doubts.length > 0 ? (["date"] as "date"[]) : [],
        };
        const options = {
          path: { expense_id: expense.id },
          headers: { "If-Match": `"${draft.version}"` },
        };
        const fresh = await inTurn(expense.id, async () => {
          const saved = await patch("/api/expenses/{expense_id}", { ...values, ...about }, options);
          noteOwn({ id: expense.id, version: draft.version }, saved);
          return saved;
        });
        forget(fresh);
        onSaved(fresh);
        return fresh;
      } catch (error) {
        refused(error);
        return null;
      }
    });
  }

  function refused(error: unknown) {
    if (showIfOver(error)) return;
    if (error instanceof ApiError && error.status === 412 && error.problem.current) {
      const current = error.problem.current as ExpenseDetail;
      setBefore(expense);
      keep((old) => ({ ...old, version: current.version }));
      onOutrun(current);
      return;
    }
    if (error instanceof ApiError && error.code === "confirmation-needed")
      setDoubts(error.fieldErrors);
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

function none({ version }: ExpenseDetail): Draft {
  return { version, values: {}, reason: "" };
}
