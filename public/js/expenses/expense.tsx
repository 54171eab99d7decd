/**
 * One expense: what was read and what was made of it, its document beside it, its status and its
 * history.
 */

import { get } from "../api/client.ts";
import { announce } from "../notifications/notices.ts";
import { Icon } from "../parts/icon.tsx";
import { billingWords, StageChip } from "../parts/stage.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { Approval } from "./approval/approval.tsx";
import { MergedDocuments } from "./approval/documents.tsx";
import { Editor } from "./one/editor.tsx";
import { useExpenseKeys } from "./one/keys.ts";
import { History } from "./one/history.tsx";
import { Moves } from "./one/moves.tsx";
import { consequencesOf } from "./one/progress.tsx";
import { leave, neighboursOf, open } from "./order.ts";
import { learnt } from "./proposed.tsx";
import { tellChange, undoChange } from "./undo.ts";
import { t } from "../words.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { ExpenseDetail } from "../api/types.d.ts";

export default function Expense({ params: { id = "" } }: ViewProps) {
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const path = { expense_id: id };
  const {
    answer: expense,
    problem,
    isLoading,
    again,
    set,
  } = useRequest((signal) => get("/api/expenses/{expense_id}", { path, signal }), [id]);

  const { answer: progress } = useRequest(
    (signal) => get("/api/expenses/{expense_id}/progress", { path, signal }),
    [id, expense?.version],
  );

  async function undo(change: string) {
    try {
      set(await undoChange(id, change));
    } catch (error) {
      report(error);
    }
  }

  async function onChanged(fresh: ExpenseDetail, text: string) {
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
  const actions = expense && (
    <>
      <StageChip stage={expense.stage} />
      {expense.billing && <span class="quiet">{billingWords(expense)}</span>}
      <a href={`/runs/${expense.runId}`}>Open its receipt</a>
      {(previous || next) && (
        <>
          <button
            type="button"
            class="icon-button"
            aria-label="Previous expense"
            title="Previous expense"
            disabled={!previous}
            onClick={() => open(previous)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Next expense"
            title="Next expense"
            disabled={!next}
            onClick={() => open(next)}
          >
            <Icon name="down" />
          </button>
        </>
      )}
    </>
  );
  return (
    <div class="expense-view">
      <View title={expense?.merchant ?? t`Expense`} actions={actions}>
        <Waiting problem={problem} isLoading={isLoading && !expense} onAgain={again} />
        {expense && (
          <Editor
            expense={expense}
            progress={progress}
            onSaved={(fresh: ExpenseDetail) => onChanged(fresh, t`Saved.`)}
            onOutrun={set}
            decision={
              <div class="decision">
                <Approval
                  id={id}
                  version={expense.version}
                  consequences={progress ? consequencesOf(progress) : []}
                  onDone={again}
                />
                <Moves expense={expense} onMoved={onChanged} />
              </div>
            }
            history={() => <History expense={expense} onUndo={undo} />}
          >
            <MergedDocuments id={id} />
          </Editor>
        )}
      </View>
    </div>
  );
}
