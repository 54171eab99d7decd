/** What is to become an expense: how far it is, and the review of what is unsure, beside its text. */

import { useRef } from "preact/hooks";

import { ClosedNote } from "../../parts/closed.tsx";
import { DocumentFacts } from "../../receipts/document/document-facts.tsx";
import { Transcript } from "../../receipts/document/transcript.tsx";
import { Values } from "../../receipts/values/values.tsx";
import { Message } from "../../runs/run/head.tsx";
import { useRunKeys } from "../../runs/run/keys.ts";
import { isTroubled } from "../../runs/run/operations/explanation-words.ts";
import { afterDecision } from "../../runs/run/queue.ts";
import { DecidedElsewhere } from "../../runs/run/review/decided-elsewhere.tsx";
import { hasOpenReview, WaitsForOthers } from "../../runs/run/review/open-review.tsx";
import { ReviewForm } from "../../runs/run/review/review-form.tsx";
import { sync } from "../../state/runs.ts";
import { isAlone, may } from "../../state/session.ts";
import { t } from "../../words.ts";
import { FromWhere } from "./document.tsx";
import { Processing, Trouble } from "./processing.tsx";
import { sendBack } from "../undo.ts";
import { Tabs } from "./tabs.tsx";
import type { FieldName, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";
import type { Deciding } from "../../runs/run/review/review-form.tsx";
import type { Followed } from "../../runs/run/use-run.ts";
import type { TabName } from "./tabs.tsx";

const canHover = matchMedia("(hover: hover)");

export function Receipt({
  id,
  attention,
  followed: { run, again, ask, onRefused },
  tab,
  onTab,
}: {
  /** of its run */
  id: string;
  attention: Attention;
  followed: Followed;
  /** that is chosen */
  tab: TabName | null;
  onTab: (name: TabName) => void;
}) {
  const deciding = useRef<Deciding | null>(null);
  useRunKeys(id, deciding);
  // Its text is what a review needs; of any other there may be none.
  const first = run?.status === "needs_review" ? "text" : "processing";
  return (
    <>
      <div class="run-main">
        <div id="run-message" aria-live="polite">
          {run && <Message run={run} />}
        </div>
        {run && <ClosedNote day={run.extraction?.date?.value} />}
        {run && <Trouble run={run} onAsk={ask} />}
        <div id="run-values">
          {run && (
            <Middle
              run={run}
              attention={attention}
              deciding={deciding}
              onDecided={(decision, learnt = "", isCategoryNew = false) => {
                again();
                const approved = t`Confirmed.`;
                // Who works alone has approved it by that.
                const undo = () => void sendBack(id, isCategoryNew);
                const onUndo = isAlone() && may("approve") ? undo : null;
                afterDecision(id, decision, { approved, learnt, onUndo });
                sync.poke();
              }}
              onRefused={onRefused}
            />
          )}
        </div>
        {run && <FromWhere run={run} />}
      </div>
      <div class="run-text" id="run-text">
        {run && (
          <Tabs
            label={t`Text and processing`}
            first={first}
            chosen={tab}
            onChoose={onTab}
            tabs={[
              {
                name: "text",
                title: t`Text`,
                body: () => (
                  <Transcript
                    run={run}
                    attention={attention}
                    onPick={(field: FieldName) => deciding.current?.focus(field)}
                  />
                ),
              },
              {
                name: "processing",
                title: t`Processing`,
                body: () => <Processing run={run} onAsk={ask} />,
              },
            ]}
          />
        )}
      </div>
    </>
  );
}

/** The review while it is open, else what was read. */
function Middle({
  run,
  attention,
  deciding,
  onDecided,
  onRefused,
}: {
  run: Run;
  attention: Attention;
  deciding: { current: Deciding | null };
  onDecided: (decision: "approve" | "reject", learnt?: string, isCategoryNew?: boolean) => void;
  onRefused: (error: unknown) => void;
}) {
  if (hasOpenReview(run)) {
    return (
      <>
        <ReviewForm
          key={run.review.id}
          run={run}
          review={run.review}
          attention={attention}
          // On a touch screen the focus would bring up the keyboard over the picture; of one in
          // trouble, the explanation above is to be read first.
          takesFocus={canHover.matches && !isTroubled(run)}
          deciding={deciding}
          onDecided={onDecided}
          onRefused={onRefused}
        />
        <DocumentFacts run={run} attention={attention} isInForm />
      </>
    );
  }
  return (
    <>
      <WaitsForOthers run={run} />
      {/* Of an expense, its own values come in a moment. */}
      {run.extraction && !run.expense && (
        <>
          <DecidedElsewhere run={run} />
          <Values run={run} attention={attention} />
          <DocumentFacts run={run} attention={attention} />
        </>
      )}
    </>
  );
}
