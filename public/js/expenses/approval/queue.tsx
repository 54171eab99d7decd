/**
 * To approve: what waits for whoever is signed in, one at a time, with its document and who
 * approved it before; worked off by keys.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "../../api/client.ts";
import { money } from "../../format.ts";
import { announce } from "../../notifications/notices.ts";
import { ClosedNote } from "../../parts/closed.tsx";
import { lazy } from "../../parts/lazy.ts";
import { Day, Money } from "../../parts/values.tsx";
import { Empty, View, Waiting } from "../../parts/view.tsx";
import { capsOf, declareKeys } from "../../shortcuts.ts";
import { closedAround, loadClosed } from "../../state/closed.ts";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import { isAlone, may } from "../../state/session.ts";
import { byEmployee } from "../../values/payers.ts";
import { t } from "../../words.ts";
import { ChainSteps } from "./chain-steps.tsx";
import { code, decide, isDecided } from "./decisions.ts";
import { Document } from "./document.tsx";
import { QueueHead } from "./queue-head.tsx";
import { RefusalForm } from "./refusal-form.tsx";
import { isOthers } from "./rejecting.ts";
import { refreshToApprove, setToApprove } from "./to-approve.ts";
import { TwinLine } from "./twin-line.tsx";
import type { Queued } from "../../api/types.d.ts";
import type { Decision } from "./decisions.ts";
import type { Refusal } from "./rejecting.ts";

// With parts of the page that are loaded later anyway.
const ApproveAll = lazy(() => import("./approve-all.tsx").then((module) => module.default));
const Coding = lazy(() => import("./coding.tsx").then((module) => module.default));

const useKeys = declareKeys(t`To approve`, {
  approve: ["a", t`Approve, and open the next one`],
  approveNext: ["Mod+Enter", t`Approve, or send back, and open the next one`],
  sendBack: ["r", t`Send back with a reason`],
  next: ["j", t`Next`],
  previous: ["k", t`Previous`],
  category: ["c", t`Set the category`],
  client: ["l", t`Set the client`],
  take: [".", t`Take the proposed category`],
});

export default function Queue() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/approvals/queue", { query: { limit: 100 }, signal }),
    [],
  );
  const [, setTurn] = useState(0);
  const [openId, setOpen] = useState<string | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal>("send-back");
  const [person, setPerson] = useState("");
  const [asked, ask] = useState<"all" | "category" | "client" | null>(null);
  useEffect(() => {
    if (answer) setToApprove(answer.count);
  }, [answer]);
  // Somebody else may have closed days since.
  useEffect(() => void loadClosed(), []);
  const waiting = (answer?.items ?? []).filter((queued) => !isDecided(queued));
  const theirs = waiting.filter(({ expense }) => expense.person?.id === person);
  // Once all of one person's are decided, everybody's are shown again.
  const isNarrowed = theirs.length > 0;
  const left = isNarrowed ? theirs : waiting;
  // More may wait than are shown; those of one person are counted here.
  const count = isNarrowed
    ? left.length
    : (answer?.count ?? 0) - (answer?.items.length ?? 0) + left.length;
  const index = Math.max(
    0,
    left.findIndex(({ expense }) => expense.id === openId),
  );
  const open = left[index];
  const redraw = () => setTurn((turn) => turn + 1);

  const move = (by: number) => {
    const next = left[index + by];
    if (!next) return;
    setReason(null);
    setOpen(next.expense.id);
    announce(t`${next.expense.merchant}, ${index + by + 1} of ${count}`);
  };
  const decideOpen = (decision: Decision) => {
    if (!open || (decision !== "approve" && !reason?.trim())) return;
    const decidedOne = open;
    const onChange = () => {
      redraw();
      if (!isDecided(decidedOne)) setOpen(decidedOne.expense.id);
      void refreshToApprove();
    };
    void decide(open, decision, reason?.trim() ?? "", onChange, again);
    setReason(null);
    setOpen((left[index + 1] ?? left[index - 1])?.expense.id ?? null);
    redraw();
  };
  const refuse = (how: Refusal) => {
    setRefusal(how);
    setReason("");
  };
  useKeys({
    approve: () => decideOpen("approve"),
    approveNext: () => decideOpen(reason === null ? "approve" : refusal),
    sendBack: () => open && refuse("send-back"),
    next: () => move(1),
    previous: () => move(-1),
    category: () => open && ask("category"),
    client: () => open && ask("client"),
    take: () => void takeProposed(),
  });
  const onCoded = () => {
    ask(null);
    again();
    void refreshToApprove();
  };
  const takeProposed = async () => {
    if (!open || !isProposed(open)) return;
    try {
      await code(open.expense, { category: open.expense.proposedCategory?.category ?? null });
      onCoded();
    } catch (error) {
      report(error, open.expense.id);
    }
  };
  const actions = !isAlone() && (
    <a class="button" href="/approvals/waiting">
      Open approvals by approver
    </a>
  );
  return (
    <View title={t`To approve`} actions={actions}>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && !open && (
        <Empty title={t`Nothing waits for your approval`}>
          <p>
            {isAlone()
              ? t`What nobody has looked at yet is shown here. What you confirm in review is approved by that.`
              : t`What others hand in for you to approve is shown here.`}
          </p>
        </Empty>
      )}
      {open && (
        <>
          <QueueHead
            waiting={waiting}
            left={left}
            count={count}
            person={isNarrowed ? person : ""}
            onPerson={setPerson}
            onAll={() => ask("all")}
          />
          <div class="approval">
            <ol class="approval-list" aria-label={t`Waiting for you`}>
              {left.map((each) => (
                <Line
                  key={each.expense.id}
                  queued={each}
                  isOpen={each === open}
                  onOpen={() => setOpen(each.expense.id)}
                />
              ))}
            </ol>
            <Document key={open.expense.id} queued={open} />
            <Facts
              key={`facts ${open.expense.id}`}
              queued={open}
              position={t`${index + 1} of ${count}`}
              reason={reason}
              refusal={refusal}
              onReason={setReason}
              onRefuse={refuse}
              onDecide={decideOpen}
              onCode={ask}
              onTake={() => void takeProposed()}
            />
          </div>
          {asked === "all" && (
            <ApproveAll queued={left} onClose={() => ask(null)} onDone={onCoded} />
          )}
          {(asked === "category" || asked === "client") && (
            <Coding
              expense={open.expense}
              field={asked}
              onClose={() => ask(null)}
              onDone={onCoded}
            />
          )}
          {!answer?.isWhole && (
            <p class="quiet">More wait than are shown here. They follow when these are decided.</p>
          )}
        </>
      )}
    </View>
  );
}

/** Whether a category is proposed that may be taken. */
function isProposed({ expense }: Pick<Queued, "expense">): boolean {
  const { category, parts, proposedCategory } = expense;
  return may("edit") && !category && parts.length === 0 && proposedCategory !== null;
}

function Line({
  queued: { expense, twins },
  isOpen,
  onOpen,
}: {
  queued: Queued;
  isOpen: boolean;
  onOpen: () => void;
}) {
  const row = useRef<HTMLButtonElement | null>(null);
  useEffect(() => {
    if (isOpen) row.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isOpen]);
  return (
    <li>
      <button
        ref={row}
        type="button"
        class="approval-line"
        aria-current={isOpen ? "true" : undefined}
        onClick={onOpen}
      >
        <span class="approval-merchant">{expense.merchant}</span>
        <span class="approval-amount">
          <Money amount={expense.total} currency={expense.currency} />
        </span>
        <span class="quiet">
          {[expense.person?.name, expense.client].filter(Boolean).join(" · ")}
        </span>
        <span class="quiet approval-amount">
          <Day day={expense.date} />
        </span>
        <span class="approval-category">
          <CategoryOf expense={expense} />
        </span>
        {twins.length > 0 && <span class="is-missing">May be a duplicate</span>}
        {closedAround(expense.date) && <span class="is-missing">In a closed period</span>}
      </button>
    </li>
  );
}

/** What is missing is said. */
function CategoryOf({
  expense: { category, parts, proposedCategory },
}: {
  expense: Queued["expense"];
}) {
  if (parts.length > 0) return t`Split over ${parts.length} categories`;
  if (category) return category;
  const proposed = proposedCategory?.category;
  return (
    <span class="is-missing">
      {proposed ? t`No category; proposed: ${proposed}` : t`No category`}
    </span>
  );
}

/** `reason` is null while it is neither sent back nor rejected */
function Facts({
  queued: { expense, approval, twins },
  position,
  reason,
  refusal,
  onReason,
  onRefuse,
  onDecide,
  onCode,
  onTake,
}: {
  queued: Queued;
  position: string;
  reason: string | null;
  /** what the reason is for */
  refusal: Refusal;
  onReason: (reason: string | null) => void;
  onRefuse: (how: Refusal) => void;
  onDecide: (decision: Decision) => void;
  onCode: (field: "category" | "client") => void;
  onTake: () => void;
}) {
  const { base } = expense;
  const details = [
    [t`Handed in by`, expense.person?.name],
    [t`Project`, expense.project],
    [t`Paid by`, expense.paidBy === "employee" ? byEmployee() : t`The company`],
    [t`Tax`, expense.tax && money(expense.tax, expense.currency)],
    [t`Number`, expense.receiptNumber],
    [t`Note`, expense.note],
  ].filter(([, value]) => value);
  return (
    <section class="card approval-facts" aria-label={t`The expense`}>
      <p class="quiet">{position}</p>
      <h2>
        <a href={`/expenses/${expense.id}`}>{expense.merchant}</a>
      </h2>
      <p class="approval-total">
        <Money amount={expense.total} currency={expense.currency} />
      </p>
      {base && base.currency !== expense.currency && (
        <p class="quiet">
          <Money amount={base.total} currency={base.currency} />
        </p>
      )}
      <dl class="approval-details">
        <div>
          <dt>Date</dt>
          <dd>
            <Day day={expense.date} />
          </dd>
        </div>
        <div>
          <dt>Category</dt>
          <dd>
            {may("edit") && expense.parts.length === 0 ? (
              <button
                type="button"
                class="link-button"
                title={t`Set the category`}
                onClick={() => onCode("category")}
              >
                <CategoryOf expense={expense} /> <kbd>{capsOf("c")}</kbd>
              </button>
            ) : (
              <CategoryOf expense={expense} />
            )}
            {isProposed({ expense }) && (
              <button type="button" class="button small" onClick={onTake}>
                Take it <kbd>{capsOf(".")}</kbd>
              </button>
            )}
          </dd>
        </div>
        <div>
          <dt>Client</dt>
          <dd>
            {may("edit") ? (
              <button
                type="button"
                class="link-button"
                title={t`Set the client`}
                onClick={() => onCode("client")}
              >
                {expense.client ?? t`No client`} <kbd>{capsOf("l")}</kbd>
              </button>
            ) : (
              (expense.client ?? t`No client`)
            )}
          </dd>
        </div>
        {details.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {approval.violations.length > 0 && (
        <ul class="approval-warnings">
          {approval.violations.map((each) => (
            <li key={each.policy}>{each.reason}</li>
          ))}
        </ul>
      )}
      {twins.map((twin) => (
        <TwinLine key={twin.expenseId} id={expense.id} twin={twin} />
      ))}
      {approval.decided?.answer && (
        <p>
          {approval.decided.reason && <span class="quiet">{approval.decided.reason} </span>}
          {t`Answer: ${approval.decided.answer}`}
        </p>
      )}
      <ClosedNote day={expense.date} />
      <ChainSteps chain={approval.chain} />
      {reason !== null ? (
        <RefusalForm
          refusal={refusal}
          reason={reason}
          onReason={onReason}
          onSend={() => onDecide(refusal)}
          onCancel={() => onReason(null)}
        />
      ) : (
        <p class="form-buttons">
          <button type="button" class="button primary" onClick={() => onDecide("approve")}>
            Approve <kbd>{capsOf("a")}</kbd>
          </button>
          <button type="button" class="button" onClick={() => onRefuse("send-back")}>
            Send back … <kbd>{capsOf("r")}</kbd>
          </button>
          {isOthers(expense) && (
            <button type="button" class="button" onClick={() => onRefuse("reject")}>
              Reject …
            </button>
          )}
        </p>
      )}
    </section>
  );
}
