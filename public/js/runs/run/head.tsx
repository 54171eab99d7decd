/** The head of a run's page, and what it says in one sentence. */

import { fileSize } from "../../format.ts";
import { nameOfRun, subjectOf } from "../../kinds.ts";
import { stateOfRun } from "../../labels.ts";
import { Icon, Spinner } from "../../parts/icon.tsx";
import { PageBar } from "../../parts/page-bar.tsx";
import { usePayoutTitle } from "../../payouts/run-title.ts";
import { pageOfReceipt } from "../../receipts/address.ts";
import { Next } from "./awaited.tsx";
import { isTroubled } from "./operations/explanation-words.ts";
import { homeOf, neighboursOf, open } from "./queue.ts";
import { t } from "../../words.ts";
import type { Run, RunSummary } from "../../api.ts";

/** Its state still says where it was when it was asked to end. */
const ENDING = t`This was asked to end, and ends once what it did is undone.`;

/** Of a run that reads no receipt */
export function Head({
  id,
  run,
  title,
}: {
  id: string;
  /** null until anything is known of it */
  run: RunSummary | undefined;
  title: { current: HTMLHeadingElement | null };
}) {
  const payout = usePayoutTitle(id, run?.kind);
  return (
    <PageBar
      home={homeOf(run)}
      name={payout ?? (run ? nameOfRun(run) : "")}
      about={run && subjectOf(run)}
      state={run && stateOfRun(run)}
      title={title}
      neighbours={neighboursOf(id)}
      onOpen={open}
    />
  );
}

export function Message({ run }: { run: Run }) {
  if (run.status === "needs_review" && run.review?.decision) {
    return (
      <div class="message" data-status="processing">
        <Spinner />
        <p>Your decision is recorded. It goes on in a moment.</p>
      </div>
    );
  }
  if (run.status === "needs_review") return null; // the review says it, with all its reasons
  const symbols = {
    processing: "alert",
    complete: "check",
    rejected: "close",
    failed: "alert",
    cancelled: "close",
  };
  const isUnderWay = run.status === "processing" && !run.escalated;
  // Of one in trouble, the explanation below says it.
  return (
    <div class="message" data-status={run.status}>
      {isUnderWay ? <Spinner /> : <Icon name={symbols[run.status]} />}
      <div>
        <p class="message-text">
          {run.status === "processing" && run.cancelRequested ? ENDING : run.message}
        </p>
        {!isTroubled(run) && <Next run={run} />}
      </div>
    </div>
  );
}

export function Details({
  run: { receipt, previousRunId, archived, archiveLost, attributes },
}: {
  run: Run;
}) {
  if (!receipt && !attributes && (!archived || archiveLost)) return null;
  const foundBy = Object.entries(attributes ?? {}).map(([name, value]) => `${name}:${value}`);
  const size = receipt?.size === undefined ? null : fileSize(receipt.size);
  return (
    <p class="run-details quiet">
      <span>{[receipt?.fileName, receipt?.mediaType, size].filter(Boolean).join(" · ")}</span>
      {receipt && (
        <a href={receipt.imageUrl} target="_blank" rel="noopener">
          Open the original
        </a>
      )}
      {receipt?.receivedMailId && <a href="/settings/mail">Came by mail</a>}
      {foundBy.length > 0 && <span>Found by</span>}
      {foundBy.map((each) => (
        <a href={`/runs?${new URLSearchParams({ attribute: each })}`}>{each}</a>
      ))}
      {receipt && previousRunId && <a href={pageOfReceipt(previousRunId)}>Earlier attempt</a>}
      {archived && !archiveLost && <span>Archived: its steps and events are read from files</span>}
    </p>
  );
}
