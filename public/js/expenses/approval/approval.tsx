/** On an expense: whether it may be approved, what policies say, and the decision. */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { announce, notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Moment } from "../../parts/values.tsx";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { inTurn, inTurnOfNewest, noteOwn, versionNow } from "../in-turn.ts";
import { useAsking } from "../sorting/asking.ts";
import { useExpenseKeys } from "../one/keys.ts";
import { ChainSteps } from "./chain-steps.tsx";
import { RefusalForm } from "./refusal-form.tsx";
import { isOthers, reject } from "./rejecting.ts";
import { TwinLine } from "./twin-line.tsx";
import { t } from "../../words.ts";
import { Problem } from "../../parts/problem.tsx";

import type { ApprovalOutcome, ExpenseDetail } from "../../api/types.d.ts";
import type { Refusal } from "./rejecting.ts";

const DECISIONS: Record<string, string> = {
  approved: t`Approved`,
  unapproved: t`The approval was taken back`,
  rejected: t`Sent back`,
  unrejected: t`Sending back was taken back`,
};

export function Approval({
  expense: { id, version, person },
  consequences = [],
  onDone,
}: {
  /** as it is shown */
  expense: Pick<ExpenseDetail, "id" | "version" | "person">;
  /** what a change of it comes to elsewhere */
  consequences?: string[];
  onDone: () => void;
}) {
  const { answer, again } = useRequest(
    async (signal) => {
      // Together, so that nothing moves the button away that somebody is about to press.
      const [{ items }, pairs] = await Promise.all([
        post("/api/approvals/check", { ids: [id] }, { signal }),
        may("approve") ? get("/api/duplicates", { query: { expense: id }, signal }) : null,
      ]);
      return { seen: items[0], pairs: pairs?.items ?? [] };
    },
    [id, version],
  );
  const [reason, setReason] = useState("");
  const [asking, setAsking] = useState<Refusal | null>(null);
  const [isTakingBack, setTakingBack] = useState(false);
  const { isBusy, problem, ask } = useAsking();
  const seen = answer?.seen;
  const mayApprove = may("approve") && seen?.outcome === "done" && seen.status !== "approved";
  useExpenseKeys({ approve: () => mayApprove && !isBusy && void approve() });
  // Of what is shown: what somebody else decided meanwhile is not decided once more.
  const asSeen = () => ({
    ids: [id],
    versions: [versionNow({ id, version })],
    steps: [seen?.chain?.current ?? null],
  });
  const approve = () => decide(() => post("/api/expenses/approve", asSeen()), t`Approved.`);

  const decide = async (send: () => Promise<{ items: ApprovalOutcome[] }>, done: string) => {
    await ask(async () => {
      let before = version;
      const answer = await inTurn(id, () => {
        before = versionNow({ id, version });
        return send();
      });
      const outcome = answer.items[0];
      // Each change of its state makes one version. What is decided next is of that.
      if (outcome?.outcome === "done" && outcome.status !== seen?.status)
        noteOwn({ id, version: before }, { id, version: before + 1 });
      if (outcome?.reason) notify(outcome.reason, { kind: "problem", about: id });
      else announce(done);
      end();
    });
  };
  const end = () => {
    setAsking(null);
    setTakingBack(false);
    setReason("");
    again();
    onDone();
  };
  const sendBack = () =>
    decide(() => post("/api/expenses/reject", { ...asSeen(), reason }), t`It is back in review.`);
  const rejectIt = () =>
    ask(async () => {
      await inTurnOfNewest({ id, version }, (newest) => reject({ id, version: newest }, reason));
      announce(t`Rejected.`);
      end();
    });
  if (!seen || seen.status === "voided") return null;
  const isApproved = seen.status === "approved";
  const isAnswering = seen.status === "in_review" && isOthers({ person });
  const waits =
    isAnswering && person
      ? t`It waits for ${person.name}.`
      : seen.status === "in_review" && t`It is not approved yet.`;
  // The sentence above the buttons may be one of them. What hinders an approval says nothing once
  // there is one.
  const others = seen.violations.filter(({ reason: why, hinders }) =>
    isApproved ? !hinders : why !== seen.reason,
  );
  return (
    <section class="card" aria-labelledby="approval-title">
      <h2 id="approval-title">Approval</h2>
      {!(isApproved && seen.decided) && (
        <p>
          {isApproved
            ? t`Approved.`
            : waits ||
              (seen.reason ??
                (seen.decided?.decision === "approved"
                  ? t`It was approved before, and changed or sent back since: it needs to be approved again.`
                  : t`It is not approved yet.`))}
        </p>
      )}
      {seen.decided && (
        <p class="quiet">
          {!isApproved && seen.decided.decision === "approved"
            ? t`Before: approved`
            : DECISIONS[seen.decided.decision]}{" "}
          by {seen.decided.by ?? t`somebody who has left`}, <Moment at={seen.decided.at} />
          {seen.decided.reason && `: ${seen.decided.reason}`}
        </p>
      )}
      {seen.decided?.answer && <p>{t`Answer: ${seen.decided.answer}`}</p>}
      {seen.status === "ready" && <ChainSteps chain={seen.chain} />}
      {others.length > 0 && (
        <ul>
          {others.map((each) => (
            <li key={each.policy}>{each.reason}</li>
          ))}
        </ul>
      )}
      {seen.status === "ready" &&
        answer?.pairs.map(({ first, second, toldApartBy }) => {
          const other = first.id === id ? second : first;
          return <TwinLine key={other.id} id={id} twin={{ ...other, toldApartBy }} />;
        })}
      <Problem>{problem}</Problem>
      {may("approve") && (
        <>
          <p class="form-buttons">
            {seen.status === "ready" && !asking && (
              <button
                type="button"
                class="button primary"
                disabled={isBusy || seen.outcome !== "done"}
                aria-keyshortcuts="a"
                onClick={approve}
              >
                Approve
              </button>
            )}
            {isApproved && (
              <button
                type="button"
                class="button"
                disabled={isBusy}
                onClick={() => setTakingBack(true)}
              >
                Take the approval back …
              </button>
            )}
            {seen.status === "ready" && !asking && (
              <>
                <button
                  type="button"
                  class="button"
                  disabled={isBusy}
                  onClick={() => setAsking("send-back")}
                >
                  Send back …
                </button>
                {isOthers({ person }) && (
                  <button
                    type="button"
                    class="button"
                    disabled={isBusy}
                    onClick={() => setAsking("reject")}
                  >
                    Reject …
                  </button>
                )}
              </>
            )}
          </p>
          {isTakingBack && (
            <Dialog
              title={t`Take the approval back?`}
              action={t`Take the approval back`}
              isDanger
              isBusy={isBusy}
              problem={problem}
              onClose={() => setTakingBack(false)}
              onAction={() =>
                void decide(
                  () => post("/api/expenses/unapprove", asSeen()),
                  t`The approval is taken back.`,
                )
              }
            >
              <p>
                It can be changed then, and counts as approved again only once somebody approves it
                anew.
              </p>
              {consequences.map((each) => (
                <p key={each}>{each}</p>
              ))}
            </Dialog>
          )}
          {asking && (
            <RefusalForm
              refusal={asking}
              reason={reason}
              onReason={setReason}
              onSend={() => void (asking === "reject" ? rejectIt() : sendBack())}
              onCancel={() => setAsking(null)}
              isBusy={isBusy}
            />
          )}
        </>
      )}
    </section>
  );
}
