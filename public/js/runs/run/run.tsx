/**
 * One receipt, or a run of another kind: its picture, its values or its review, the text, what
 * happened to it.
 */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError, ConnectionError } from "../../api.ts";
import { PaidBy } from "../../bank/paid-by.tsx";
import { notify } from "../../notifications/notices.ts";
import { makeAttention } from "../../parts/attention.ts";
import { ClosedNote } from "../../parts/closed.tsx";
import { lazy } from "../../parts/lazy.ts";
import { declareKeys } from "../../shortcuts.ts";
import { lastOpened } from "../../state/lists.ts";
import { report, showIfOver } from "../../state/report.ts";
import { putRun, store, sync } from "../../state/runs.ts";
import { DocumentFacts } from "../../receipts/document/document-facts.tsx";
import { Picture } from "../../receipts/document/picture.tsx";
import { Transcript } from "../../receipts/document/transcript.tsx";
import { followRun } from "./follow.ts";
import { Details, Head, Message } from "./head.tsx";
import { Lineage } from "./lineage.tsx";
import { isTroubled } from "./operations/explanation-words.ts";
import { Asked, Explanation } from "./operations/explanation.tsx";
import { learnTitles } from "./operations/plain-words.ts";
import { Timeline } from "./operations/timeline.tsx";
import { Lost } from "./lost.tsx";
import { afterDecision, leave, neighboursOf, open, prepareNext } from "./queue.ts";
import { DecidedElsewhere } from "./review/decided-elsewhere.tsx";
import { KindReview } from "./review/kind-review.tsx";
import { may } from "../../state/session.ts";
import { ReviewForm } from "./review/review-form.tsx";
import { Steps } from "./steps.tsx";
import { Values } from "../../receipts/values/values.tsx";
import { Waits } from "./waits.tsx";
import { t } from "../../words.ts";
import type { Run } from "../../api.ts";
import type { ViewProps } from "../../shell/view-props.ts";
import type { Deciding } from "./review/review-form.tsx";

// Seldom shown, and with a part of the page that is loaded later anyway.
const UndoPieces = lazy(() =>
  import("../../shell/views/bank.ts").then((module) => module.undoPieces.default),
);

const canHover = matchMedia("(hover: hover)");

const useKeys = declareKeys(t`On the page of a receipt or run`, {
  next: ["j", t`Next`],
  previous: ["k", t`Previous`],
  approve: ["Mod+Enter", t`Confirm`],
  reject: ["x", t`Reject`],
  leave: ["Escape", t`Leave a field, then go back to the list`],
});

export default function RunView({ params: { id = "" } }: ViewProps) {
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const { run, again, hadFocus } = useRun(id);
  const [attention] = useState(makeAttention);
  const title = useRef<HTMLHeadingElement | null>(null);
  const deciding = useRef<Deciding | null>(null);
  useEffect(() => {
    lastOpened.value = id;
    scrollTo({ top: 0, behavior: "instant" });
    title.current?.focus({ preventScroll: true });
  }, []);
  const [asked, ask] = useState<{ run: Run; operation: import("../../api.ts").Operation } | null>(
    null,
  );
  useLayoutEffect(() => {
    // What was drawn anew has taken the focus from what had it.
    if (hadFocus.current && document.activeElement === document.body)
      title.current?.focus({ preventScroll: true });
    hadFocus.current = false;
  }, [run]);
  useRunKeys(id, deciding);
  store.version.value;
  const summary = run ?? store.get(id);
  const onRefused = (error: unknown) => {
    if (error !== null && !showIfOver(error)) notify(sentence(error), { kind: "problem" });
    again();
  };
  const onDecided = (decision: "approve" | "reject", learnt = "") => {
    again();
    afterDecision(id, decision, learnt);
    sync.poke();
  };
  const onOperated = (text: string) => {
    title.current?.focus({ preventScroll: true });
    notify(text, { kind: "success" });
    sync.poke();
    again();
  };
  const explanation = run && <Explanation run={run} onAsk={ask} />;
  const isInTrouble = run !== null && isTroubled(run);
  return (
    <section id="run-view" class="run-view" aria-labelledby="run-title">
      <Head
        run={summary}
        merchant={run?.expense?.merchant ?? run?.extraction?.merchant?.value}
        id={id}
        title={title}
      />
      <div class={summary && !summary.receipt ? "run-layout is-plain" : "run-layout"}>
        <div class="run-picture" id="run-picture">
          {summary?.receipt && (
            <Picture receipt={summary.receipt} run={run} attention={attention} />
          )}
        </div>
        <div class="run-main">
          <div id="run-message" aria-live="polite">
            {run && <Message run={run} />}
          </div>
          {run?.receipt && <ClosedNote day={run.expense?.date ?? run.extraction?.date?.value} />}
          {run && <Lost run={run} />}
          {isInTrouble && explanation}
          <div id="run-values">
            {run && (
              <Middle
                run={run}
                attention={attention}
                deciding={deciding}
                onDecided={onDecided}
                onRefused={onRefused}
              />
            )}
          </div>
          {run?.kind === "payout" && <PaidBy id={id} />}
          {run && !run.receipt && <Waits run={run} onDone={onOperated} />}
          <div id="run-steps">
            {run && (
              <>
                <Steps run={run} />
                <Lineage run={run}>
                  <UndoPieces run={run} />
                </Lineage>
                <Details run={run} />
              </>
            )}
          </div>
          <div id="run-timeline">{run && !run.archiveLost && <Timeline run={run} />}</div>
          {!isInTrouble && explanation}
        </div>
        <div class="run-text" id="run-text">
          {run && (
            <Transcript
              run={run}
              attention={attention}
              onPick={(field: any) => deciding.current?.focus(field)}
            />
          )}
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

/** The review while it is open, else the values. */
function Middle({
  run,
  attention,
  deciding,
  onDecided,
  onRefused,
}: {
  run: Run;
  attention: import("../../parts/attention.ts").Attention;
  deciding: { current: Deciding | null };
  onDecided: (decision: "approve" | "reject", learnt?: string) => void;
  onRefused: (error: unknown) => void;
}) {
  const { review } = run;
  if (run.status !== "needs_review" || !review || review.decision || !may("review")) {
    const waits = run.status === "needs_review" && !may("review");
    const note = waits && (
      <p class="quiet">
        It waits for somebody who may decide: an owner, an approver or a submitter.
      </p>
    );
    if (!run.expense && !run.extraction) return note;
    return (
      <>
        {note}
        <DecidedElsewhere run={run} />
        <Values run={run} attention={attention} />
        <DocumentFacts run={run} attention={attention} />
      </>
    );
  }
  // On a touch screen the focus would bring up the keyboard over the picture; of one in trouble,
  // the explanation above is to be read first.
  const takesFocus = canHover.matches && !isTroubled(run);
  const props = { run, review, attention, takesFocus, deciding, onDecided, onRefused };
  if (!run.receipt) return <KindReview key={review.id} {...props} />;
  return (
    <>
      <ReviewForm key={review.id} {...props} />
      <DocumentFacts run={run} attention={attention} isInForm />
    </>
  );
}

/**
 * The run, followed while something happens to it.
 *
 * @returns `hadFocus` tells whether the focus was in
 * the explanation when the last version came
 */
function useRun(id: string): {
  run: Run | null;
  again: () => void;
  hadFocus: { current: boolean };
} {
  const [run, setRun] = useState<Run | null>(null);
  const [times, setTimes] = useState(0);
  const hadFocus = useRef(false);
  useEffect(() => {
    const following = new AbortController();
    const onRun = (fresh: Run) => {
      learnTitles(fresh);
      hadFocus.current = Boolean(document.activeElement?.closest("#run-explanation"));
      setRun(fresh);
      putRun(fresh);
      sync.poke();
      prepareNext(id);
    };
    followRun(id, following.signal, onRun).catch((error) => {
      report(error);
      if (error instanceof ApiError && error.status === 404) leave(id);
    });
    return () => following.abort();
  }, [id, times]);
  return { run, again: () => setTimes((before) => before + 1), hadFocus };
}

function useRunKeys(id: string, deciding: { current: Deciding | null }) {
  useKeys({
    next: () => open(neighboursOf(id).next),
    previous: () => open(neighboursOf(id).previous),
    approve: () => deciding.current?.decide(),
    reject: () => deciding.current?.askToReject(),
    leave: () => leave(id),
  });
}

function sentence(error: unknown) {
  if (error instanceof ApiError || error instanceof ConnectionError) return error.message;
  throw error;
}
