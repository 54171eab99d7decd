/**
 * What stands at the foot while something is changed and not saved; and both versions where
 * somebody else was first.
 */

import { useLayoutEffect, useRef } from "preact/hooks";

import { TextField } from "../../parts/fields.tsx";
import { SPECS, typedOf } from "./fields.ts";
import { inWords } from "./words.ts";
import { t } from "../../words.ts";
import { Problem } from "../../parts/problem.tsx";
import type { ExpenseDetail } from "../../api/types.d.ts";
import type { Editing } from "./draft.ts";
import type { Name } from "./fields.ts";

export function SaveBar({ editing }: { editing: Editing }) {
  const { changed, wantsReason, doubts, problem, isBusy } = editing;
  if (changed.length === 0) return null;
  const names = changed.map((name) => SPECS[name].label).join(", ");
  return (
    <div class="save-bar" role="group" aria-label="Changes that are not saved">
      <p class="quiet">Not saved yet: {names}</p>
      {doubts.map(({ field, message }) => (
        <p key={field} class="form-problem" role="alert">
          {message}
        </p>
      ))}
      <Problem>{problem}</Problem>
      {changed.some((name) => editing.problemOf(name)) && (
        <p class="form-problem" role="alert">
          Correct the marked values.
        </p>
      )}
      <div class="save-bar-row">
        {wantsReason && (
          <TextField
            label="Why does it change?"
            value={editing.reason}
            onValue={editing.setReason}
            problem={editing.problemOf("reason")}
            maxLength={500}
          />
        )}
        <button type="submit" class="button primary" disabled={isBusy}>
          {doubts.length > 0 ? t`It is right: save` : t`Save`}
        </button>
        <button type="button" class="button" disabled={isBusy} onClick={editing.drop}>
          Drop the changes
        </button>
      </div>
    </div>
  );
}

/** `expense` is what it is now */
export function Conflict({ expense, editing }: { expense: ExpenseDetail; editing: Editing }) {
  const { before, changed } = editing;
  const title = useRef<HTMLHeadingElement | null>(null);
  // It stands above the fields, and Save below them.
  useLayoutEffect(() => title.current?.focus(), [before]);
  if (!before) return null;
  const isTheirs = (name: Name) =>
    JSON.stringify(typedOf(before, name)) !== JSON.stringify(typedOf(expense, name));
  const all = Object.keys(SPECS) as Name[];
  const names = all.filter((name) => changed.includes(name) || isTheirs(name));
  return (
    <section class="card conflict" aria-labelledby="conflict-title">
      <h2 id="conflict-title" tabindex={-1} ref={title}>
        Somebody else changed it meanwhile
      </h2>
      <p>
        Nothing of yours was saved, and nothing is lost. Save writes yours over theirs; what only
        they changed stays.
      </p>
      <div class="table-scroller" tabindex={0} role="group" aria-label="Theirs and yours">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col">Theirs</th>
              <th scope="col">Yours</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{SPECS[name].label}</th>
                <td>{inWords(name, typedOf(expense, name))}</td>
                <td>
                  {changed.includes(name) ? inWords(name, editing.typed(name)) : t`not changed`}
                </td>
                <td>
                  {changed.includes(name) && (
                    <button
                      type="button"
                      class="button small"
                      aria-label={t`Take theirs: ${SPECS[name].label}`}
                      onClick={() => editing.takeTheirs(name)}
                    >
                      Take theirs
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
