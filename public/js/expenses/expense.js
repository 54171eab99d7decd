// @ts-check
/** One expense: what was read and what was made of it, its document beside it, its status and its history. */

import { get } from "../api/client.js";
import { announce } from "../notifications/notices.js";
import { Icon } from "../parts/icon.js";
import { billingWords, StageChip } from "../parts/stage.js";
import { View, Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { Approval } from "./approval/approval.js";
import { MergedDocuments } from "./approval/documents.js";
import { Editor } from "./one/editor.js";
import { useExpenseKeys } from "./one/keys.js";
import { History } from "./one/history.js";
import { Moves } from "./one/moves.js";
import { consequencesOf } from "./one/progress.js";
import { leave, neighboursOf, open } from "./order.js";
import { learnt } from "./proposed.js";
import { tellChange, undoChange } from "./undo.js";
import { html, t } from "../words.js";

/** @import { ViewProps } from "../shell/routes.js" */
/** @import { ExpenseDetail } from "../api/types.js" */

/** @param {ViewProps} props */
export default function Expense({ params: { id = "" } }) {
  return html`<${One} key=${id} id=${id} />`;
}

/** @param {{ id: string }} props */
function One({ id }) {
  const path = { expense_id: id };
  const { answer: expense, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/expenses/{expense_id}", { path, signal }),
    [id],
  );

  const { answer: progress } = useRequest(
    (signal) => get("/api/expenses/{expense_id}/progress", { path, signal }),
    [id, expense?.version],
  );

  async function undo(/** @type {string} */ change) {
    try {
      set(await undoChange(id, change));
    } catch (error) {
      report(error);
    }
  }

  /** @param {ExpenseDetail} fresh @param {string} text */
  async function onChanged(fresh, text) {
    const next = fresh.category === expense?.category ? "" : learnt(fresh.merchant, fresh.category);
    const says = [text, next].filter(Boolean).join(" ");
    set(fresh);
    if (fresh.version === expense?.version) {
      announce(t`It was so already.`);
      return;
    }
    await tellChange(fresh, says, set);
  }

  const { previous, next } = neighboursOf(id);
  useExpenseKeys({ next: () => open(next), previous: () => open(previous), back: leave });
  const actions =
    expense &&
    html`
      <${StageChip} stage=${expense.stage} />
      ${expense.billing && html`<span class="quiet">${billingWords(expense)}</span>`}
      <a href=${`/runs/${expense.runId}`}>Open its receipt</a>
      ${(previous || next) &&
      html`
        <button type="button" class="icon-button" aria-label="Previous expense" title="Previous expense" disabled=${!previous} onClick=${() => open(previous)}>
          <${Icon} name="up" />
        </button>
        <button type="button" class="icon-button" aria-label="Next expense" title="Next expense" disabled=${!next} onClick=${() => open(next)}>
          <${Icon} name="down" />
        </button>
      `}
    `;
  return html`
    <div class="expense-view">
      <${View} title=${expense?.merchant ?? t`Expense`} actions=${actions}>
        <${Waiting} problem=${problem} isLoading=${isLoading && !expense} onAgain=${again} />
        ${expense &&
        html`
          <${Editor}
            expense=${expense}
            progress=${progress}
            onSaved=${(/** @type {ExpenseDetail} */ fresh) => onChanged(fresh, t`Saved.`)}
            onOutrun=${set}
            decision=${html`
              <div class="decision">
                <${Approval} id=${id} version=${expense.version} consequences=${progress ? consequencesOf(progress) : []} onDone=${again} />
                <${Moves} expense=${expense} onMoved=${onChanged} />
              </div>
            `}
            history=${() => html`<${History} expense=${expense} onUndo=${undo} />`}
          >
            <${MergedDocuments} id=${id} />
          <//>
        `}
      <//>
    </div>
  `;
}
