/**
 * What was changed of an expense: by whom, old and new, and why. The newest change can be taken
 * back.
 */

import { get } from "../../api/client.ts";
import { Moment } from "../../parts/values.tsx";
import { Waiting } from "../../parts/view.tsx";
import { usePages } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { actOf, canBeUndone, isRead, labelOf, recordedInWords } from "./words.ts";
import { t } from "../../words.ts";
import type { ExpenseChange, ExpenseDetail } from "../../api/types.d.ts";

export function History({
  expense: { id, version, person },
  onUndo,
}: {
  expense: ExpenseDetail;
  onUndo: (change: string) => void;
}) {
  const { items, hasMore, problem, isLoading, more, again } = usePages(
    (cursor, signal) =>
      get("/api/expenses/{expense_id}/history", {
        path: { expense_id: id },
        query: { cursor },
        signal,
      }),
    [id, version],
  );
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <Waiting problem={problem} isLoading={isLoading && items.length === 0} onAgain={again} />
      {items.length === 0 && !isLoading && !problem && (
        <p class="quiet">Nothing was changed yet.</p>
      )}
      <ol class="history" aria-labelledby="history-title">
        {items.map((change) => (
          <Change
            key={change.id}
            change={change}
            of={person}
            onUndo={may("edit") && canBeUndone(change, version) ? onUndo : null}
          />
        ))}
      </ol>
      {hasMore && (
        <button type="button" class="button small" disabled={isLoading} onClick={more}>
          Show earlier changes
        </button>
      )}
      {may("audit") && (
        <p>
          <a href={`/audit/expenses/${id}`}>All that happened to it, from upload to books</a>
        </p>
      )}
    </section>
  );
}

function Change({
  change,
  of,
  onUndo,
}: {
  change: ExpenseChange;
  /** whose expense it is */
  of: ExpenseDetail["person"];
  onUndo: ((change: string) => void) | null;
}) {
  const { id, person, at, reason, values, undoneBy } = change;
  const who = person ? (person.name ?? t`somebody who has left`) : t`Tillroll`;
  return (
    <li>
      <p>
        <strong>{actOf(change, of)}</strong> by {who}, <Moment at={at} />
        {undoneBy && t` · taken back since`}
        {onUndo && (
          <>
            {" "}
            <button type="button" class="button small" onClick={() => onUndo(id)}>
              Undo
            </button>
          </>
        )}
      </p>
      {values.some(isRead) && (
        <ul>
          {values.filter(isRead).map((value) => (
            <li key={value.field}>
              {labelOf(value.field)}: {recordedInWords(value.field, value.old)} →{" "}
              {recordedInWords(value.field, value.new)}
            </li>
          ))}
        </ul>
      )}
      {reason && <p class="quiet">Why: {reason}</p>}
    </li>
  );
}
