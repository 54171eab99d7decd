/**
 * One run that reads no receipt: its review, its steps, what happened to it. A receipt's address
 * leads on to its expense.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { PaidBy } from "../../bank/paid-by.tsx";
import { makeAttention } from "../../parts/attention.ts";
import { pageOfReceipt } from "../../receipts/address.ts";
import { go } from "../../shell/address.ts";
import { lastOpened } from "../../state/lists.ts";
import { report } from "../../state/report.ts";
import { store, sync } from "../../state/runs.ts";
import { may } from "../../state/session.ts";
import { Details, Head, Message } from "./head.tsx";
import { useRunKeys } from "./keys.ts";
import { Lineage } from "./lineage.tsx";
import { Lost } from "./lost.tsx";
import { isTroubled } from "./operations/explanation-words.ts";
import { Asked, Explanation } from "./operations/explanation.tsx";
import { Timeline } from "./operations/timeline.tsx";
import { afterDecision, leave } from "./queue.ts";
import { KindReview } from "./review/kind-review.tsx";
import { hasOpenReview, WaitsForOthers } from "./review/open-review.tsx";
import { Steps } from "./steps.tsx";
import { useRun } from "./use-run.ts";
import { Waits } from "./waits.tsx";
import { t } from "../../words.ts";
import type { ViewProps } from "../../shell/view-props.ts";
import type { Deciding } from "./review/review-form.tsx";

const canHover = matchMedia("(hover: hover)");

export default function RunView({ params: { id = "" } }: ViewProps) {
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const title = useRef<HTMLHeadingElement | null>(null);
  const deciding = useRef<Deciding | null>(null);
  const { run, again, asked, ask, onRefused, onOperated } = useRun(id, {
    title,
    onMissing: (error) => {
      report(error);
      leave(id);
    },
  });
  const [attention] = useState(makeAttention);
  store.version.value;
  const summary = run ?? store.get(id);
  const isReceipt = Boolean(summary?.receipt);
  useEffect(() => {
    if (isReceipt) go(pageOfReceipt(id, summary?.expense?.id) + location.search, { replace: true });
  }, [isReceipt]);
  useEffect(() => {
    lastOpened.value = id;
    scrollTo({ top: 0, behavior: "instant" });
    title.current?.focus({ preventScroll: true });
  }, []);
  useRunKeys(id, deciding);
  const onDecided = (decision: "approve" | "reject") => {
    again();
    afterDecision(id, decision, { approved: may("approve") ? t`Approved.` : t`Checked.` });
    sync.poke();
  };
  const explanation = run && <Explanation run={run} onAsk={ask} />;
  const isInTrouble = run !== null && isTroubled(run);
  if (isReceipt) return null;
  return (
    <section id="run-view" class="paper-view" aria-labelledby="run-title">
      <Head run={summary} id={id} title={title} />
      <div class="run-layout is-plain">
        <div class="run-main">
          <div id="run-message" aria-live="polite">
            {run && <Message run={run} />}
          </div>
          {run && <Lost run={run} />}
          {isInTrouble && explanation}
          {run && (
            <div id="run-values">
              {hasOpenReview(run) ? (
                <KindReview
                  key={run.review.id}
                  run={run}
                  review={run.review}
                  attention={attention}
                  // Of one in trouble, the explanation above is to be read first.
                  takesFocus={canHover.matches && !isInTrouble}
                  deciding={deciding}
                  onDecided={onDecided}
                  onRefused={onRefused}
                />
              ) : (
                <WaitsForOthers run={run} />
              )}
            </div>
          )}
          {run?.kind === "payout" && <PaidBy id={id} />}
          {run && <Waits run={run} onDone={onOperated} />}
          {run && (
            <div id="run-steps">
              <Steps run={run} />
              <Lineage run={run} />
              <Details run={run} />
            </div>
          )}
          <div id="run-timeline">{run && !run.archiveLost && <Timeline run={run} />}</div>
          {!isInTrouble && explanation}
        </div>
      </div>
      {asked && (
        <Asked
          {...asked}
          title={title}
          onOperated={onOperated}
          onRefused={onRefused}
          onClose={() => ask(null)}
        />
      )}
    </section>
  );
}
