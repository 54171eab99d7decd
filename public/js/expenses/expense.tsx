/**
 * The page of an expense from its document to the books: read, reviewed, corrected, coded and
 * approved here. Until there is an expense, its receipt's run names the page.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { moneyBack } from "../claims/money-back.ts";
import { nameOfRun } from "../kinds.ts";
import { stateOfExpense, stateOfRun } from "../labels.ts";
import { announce } from "../notifications/notices.ts";
import { makeAttention } from "../parts/attention.ts";
import { PageBar } from "../parts/page-bar.tsx";
import { billingWords } from "../parts/stage.tsx";
import { Waiting } from "../parts/view.tsx";
import { isRunId, pageOfReceipt } from "../receipts/address.ts";
import { Picture } from "../receipts/document/picture.tsx";
import { undoing } from "../receipts/document/undoing.ts";
import { Message } from "../runs/run/head.tsx";
import { Asked } from "../runs/run/operations/explanation.tsx";
import { leave } from "../runs/run/queue.ts";
import { DecidedElsewhere } from "../runs/run/review/decided-elsewhere.tsx";
import { useRun } from "../runs/run/use-run.ts";
import { go } from "../shell/address.ts";
import { lastOpened } from "../state/lists.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { store } from "../state/runs.ts";
import { Approval } from "./approval/approval.tsx";
import { MergedDocuments } from "./approval/documents.tsx";
import { OfDocument } from "./one/document.tsx";
import { Editor } from "./one/editor.tsx";
import { History } from "./one/history.tsx";
import { useExpenseKeys } from "./one/keys.ts";
import { Moves } from "./one/moves.tsx";
import { Processing, Trouble } from "./one/processing.tsx";
import { consequencesOf } from "./one/progress.tsx";
import { Receipt } from "./one/receipt.tsx";
import { placeOf } from "./place.ts";
import { learnt } from "./proposed.tsx";
import { tellChange, undoChange } from "./undo.ts";
import { t } from "../words.ts";
import type { ExpenseDetail } from "../api/types.d.ts";
import type { Attention } from "../parts/attention.ts";
import type { Requested } from "../state/request.ts";
import type { Followed } from "../runs/run/use-run.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { TabName } from "./one/tabs.tsx";

const TABS: readonly TabName[] = ["history", "text", "processing"];

/** The run that an expense was followed from: what is drawn of it stays as the address changes. */
const runs = new Map<string, string>();

export default function Expense({ params: { id = "" }, query }: ViewProps) {
  const tab = TABS.find((name) => name === query.get("tab")) ?? null;
  return <One key={runs.get(id) ?? id} id={id} asked={tab} />;
}

/** `asked`: the tab that the address asks for */
function One({ id, asked: first }: { id: string; asked: TabName | null }) {
  // It stays as what is read becomes an expense.
  const [tab, setTab] = useState(first);
  const path = { expense_id: id };
  const asked = useRequest(
    async (signal) => (isRunId(id) ? null : get("/api/expenses/{expense_id}", { path, signal })),
    [id],
  );
  const expense = asked.answer;
  const runId = isRunId(id) ? id : (expense?.runId ?? runs.get(id) ?? null);
  const [missing, setMissing] = useState("");
  const [attention] = useState(makeAttention);
  const title = useRef<HTMLHeadingElement | null>(null);
  const followed = useRun(runId, {
    title,
    onMissing: (error) => {
      // An expense is shown without it too.
      setMissing(error.message);
      if (!isRunId(id)) return;
      report(error);
      leave(id);
    },
  });
  const { run } = followed;
  store.version.value;
  const summary = run ?? store.get(runId ?? "");
  const became = run?.expense?.id;
  useEffect(() => {
    if (!isRunId(id) || !became) return;
    runs.set(became, id);
    go(pageOfReceipt(id, became) + location.search, { replace: true });
  }, [id, became]);
  useEffect(() => {
    scrollTo({ top: 0, behavior: "instant" });
    title.current?.focus({ preventScroll: true });
    return () => {
      undoing.value = "";
    };
  }, []);
  useEffect(() => {
    lastOpened.value = runId;
  }, [runId]);
  const { home, neighbours, open } = placeOf(isRunId(id) ? null : id, runId);
  const state = expense ? stateOfExpense(expense.stage) : summary && stateOfRun(summary);
  const name =
    expense?.merchant ??
    summary?.expense?.merchant ??
    run?.extraction?.merchant?.value ??
    (summary ? nameOfRun(summary) : "");
  const isWaiting = !expense && !isRunId(id) && !run;
  return (
    <section
      id="run-view"
      class={expense ? "paper-view expense-view" : "paper-view run-view"}
      aria-labelledby="run-title"
    >
      <PageBar
        home={home}
        name={name || t`Expense`}
        about={(expense && moneyBack(expense)) ?? undefined}
        state={state}
        title={title}
        neighbours={neighbours}
        onOpen={open}
      >
        {expense?.billing && <span class="quiet">{billingWords(expense)}</span>}
      </PageBar>
      <div class={expense ? "expense-layout" : "run-layout"}>
        <div class="run-picture" id="run-picture">
          {summary?.receipt && (
            <Picture receipt={summary.receipt} run={run} attention={attention} />
          )}
          {expense && !summary && (
            <Waiting problem={missing || null} isLoading onAgain={followed.again} />
          )}
        </div>
        {isWaiting && (
          <Waiting problem={asked.problem} isLoading={asked.isLoading} onAgain={asked.again} />
        )}
        {expense ? (
          <Read
            expense={expense}
            asked={asked}
            followed={followed}
            attention={attention}
            tab={tab}
            onTab={setTab}
            onNext={() => open(neighbours.next)}
            onPrevious={() => open(neighbours.previous)}
            onBack={() => go(home.path)}
          />
        ) : (
          runId && (
            <Receipt
              id={runId}
              attention={attention}
              followed={followed}
              tab={tab}
              onTab={setTab}
            />
          )
        )}
      </div>
      {followed.asked && (
        <Asked
          {...followed.asked}
          title={title}
          onOperated={followed.onOperated}
          onRefused={followed.onRefused}
          onClose={() => followed.ask(null)}
        />
      )}
    </section>
  );
}

/** An expense that is there. */
function Read({
  expense,
  asked: { again, set },
  followed,
  attention,
  tab,
  onTab,
  onNext,
  onPrevious,
  onBack,
}: {
  expense: ExpenseDetail;
  asked: Requested<ExpenseDetail | null>;
  followed: Followed;
  attention: Attention;
  tab: TabName | null;
  onTab: (name: TabName) => void;
  onNext: () => void;
  onPrevious: () => void;
  onBack: () => void;
}) {
  const { id, version } = expense;
  const { run, ask } = followed;
  const { answer: progress } = useRequest(
    (signal) => get("/api/expenses/{expense_id}/progress", { path: { expense_id: id }, signal }),
    [id, version],
  );
  useExpenseKeys({ next: onNext, previous: onPrevious, back: onBack });

  async function undo(change: string) {
    try {
      set(await undoChange(id, change));
    } catch (error) {
      report(error);
    }
  }

  async function onChanged(fresh: ExpenseDetail, text: string) {
    const next = fresh.category === expense.category ? "" : learnt(fresh.merchant, fresh.category);
    const says = [text, next].filter(Boolean).join(" ");
    set(fresh);
    if (fresh.version === version) {
      announce(t`It was so already.`);
      return;
    }
    await tellChange(fresh, says, set);
  }

  return (
    <Editor
      expense={expense}
      run={run}
      progress={progress}
      attention={attention}
      tab={tab}
      onTab={onTab}
      onSaved={(fresh: ExpenseDetail) => onChanged(fresh, t`Saved.`)}
      onOutrun={set}
      decision={(save) => (
        <>
          {run && <Trouble run={run} onAsk={ask} />}
          {run && <DecidedElsewhere run={run} />}
          <div class="decision">
            <Approval
              expense={expense}
              consequences={progress ? consequencesOf(progress) : []}
              onDone={again}
            />
            <Moves expense={expense} save={save} onMoved={onChanged} />
          </div>
        </>
      )}
      history={() => <History expense={expense} onUndo={undo} />}
      processing={() =>
        run && (
          <Processing run={run} onAsk={ask}>
            <Message run={run} />
          </Processing>
        )
      }
    >
      <MergedDocuments id={id} />
      {run && <OfDocument expense={expense} run={run} attention={attention} />}
    </Editor>
  );
}
