/** What is asked of a person, and the decision: the form for a kind that takes no values. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { decideReview } from "../../../api.ts";
import { sentenceOf } from "../../../state/request.ts";
import { may } from "../../../state/session.ts";
import { AlikeTold } from "../../../payouts/alike.tsx";
import { Proposed, Reasons, RejectPanel, rejection } from "./parts.tsx";
import { Problem } from "../../../parts/problem.tsx";
import type { ReviewProps } from "./review-form.tsx";

/** Kinds that pay. */
const PAY: readonly string[] = ["payout", "payout-batch"];
/** A bank's file, which has a page of its own. */
const STATEMENT = "statement";

export function KindReview({
  run,
  review,
  takesFocus,
  deciding,
  onDecided,
  onRefused,
}: ReviewProps) {
  const [isRejecting, setRejecting] = useState(false);
  const [comment, setComment] = useState("");
  const [problem, setProblem] = useState("");
  const [isSending, setSending] = useState(false);
  const first = useRef<HTMLButtonElement | null>(null);

  async function decide(body: Parameters<typeof decideReview>[1]) {
    if (isSending) return;
    setSending(true);
    try {
      await decideReview(run.id, body);
      onDecided(body.decision);
    } catch (error) {
      setProblem(sentenceOf(error));
      onRefused(error);
    } finally {
      setSending(false);
    }
  }

  const approve = () => decide({ decision: "approve" });
  const reject = () => decide(rejection(comment));
  deciding.current = {
    decide: () => (isRejecting ? reject() : approve()),
    askToReject: () => setRejecting(true),
    focus: () => first.current?.focus(),
  };
  useLayoutEffect(() => {
    if (takesFocus) first.current?.focus();
    return () => {
      deciding.current = null;
    };
  }, []);
  const panel = {
    comment,
    onComment: setComment,
    onReject: reject,
    onKeep: () => setRejecting(false),
  };
  return (
    <section class="card review" aria-labelledby="review-title" inert={isSending}>
      <h2 id="review-title">Decide on this</h2>
      <Reasons review={review} />
      {run.kind === STATEMENT ? (
        <p>
          <a class="button" href={`/bank/statements/${run.subject}`}>
            Look at the statement
          </a>
        </p>
      ) : (
        <Proposed review={review} />
      )}
      {PAY.includes(run.kind) && may("ledger") && (
        <AlikeTold id={run.id} isBatch={run.kind !== "payout"} />
      )}
      <Problem>{problem}</Problem>
      {isRejecting ? (
        <RejectPanel label="Reject" {...panel} />
      ) : (
        <div class="review-actions">
          <button type="button" class="button primary" ref={first} onClick={approve}>
            Approve
          </button>
          <button type="button" class="button" onClick={() => setRejecting(true)}>
            Reject…
          </button>
        </div>
      )}
    </section>
  );
}
