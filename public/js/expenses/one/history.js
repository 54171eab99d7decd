// @ts-check
/** What was changed of an expense: by whom, old and new, and why. The newest change can be taken back. */

import { get } from "../../api/client.js";
import { Moment } from "../../parts/values.js";
import { Waiting } from "../../parts/view.js";
import { usePages } from "../../state/request.js";
import { may } from "../../state/session.js";
import { actOf, canBeUndone, isRead, labelOf, recordedInWords } from "./words.js";
import { html, t } from "../../words.js";

/** @import { ExpenseChange, ExpenseDetail } from "../../api/types.js" */

/** @param {{ expense: ExpenseDetail, onUndo: (change: string) => void }} props */
export function History({ expense: { id, version }, onUndo }) {
  const { items, hasMore, problem, isLoading, more, again } = usePages(
    (cursor, signal) => get("/api/expenses/{expense_id}/history", { path: { expense_id: id }, query: { cursor }, signal }),
    [id, version],
  );
  return html`
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <${Waiting} problem=${problem} isLoading=${isLoading && items.length === 0} onAgain=${again} />
      ${items.length === 0 && !isLoading && !problem && html`<p class="quiet">Nothing was changed yet.</p>`}
      <ol class="history" aria-labelledby="history-title">
        ${items.map(
          (change) => html`<${Change} key=${change.id} change=${change} onUndo=${may("edit") && canBeUndone(change, version) ? onUndo : null} />`,
        )}
      </ol>
      ${hasMore && html`<button type="button" class="button small" disabled=${isLoading} onClick=${more}>Show earlier changes</button>`}
      ${may("audit") && html`<p><a href=${`/audit/expenses/${id}`}>All that happened to it, from upload to books</a></p>`}
    </section>
  `;
}

/** @param {{ change: ExpenseChange, onUndo: ((change: string) => void) | null }} props */
function Change({ change: { id, kind, person, at, reason, values, undoneBy }, onUndo }) {
  const who = person ? (person.name ?? t`somebody who has left`) : t`Tillroll`;
  return html`
    <li>
      <p>
        <strong>${actOf(kind)}</strong> by ${who}, <${Moment} at=${at} />${undoneBy && t` · taken back since`}
        ${onUndo && html`${" "}<button type="button" class="button small" onClick=${() => onUndo(id)}>Undo</button>`}
      </p>
      ${values.some(isRead) &&
      html`
        <ul>
          ${values.filter(isRead).map(
            (value) => html`
              <li key=${value.field}>
                ${labelOf(value.field)}: ${recordedInWords(value.field, value.old)} → ${recordedInWords(value.field, value.new)}
              </li>
            `,
          )}
        </ul>
      `}
      ${reason && html`<p class="quiet">Why: ${reason}</p>`}
    </li>
  `;
}
