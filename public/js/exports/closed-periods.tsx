/** Days that are closed: what was in them stays as it was; an owner closes and opens them. */

import { useEffect, useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.ts";
import { counted, daysInWords } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/fields.tsx";
import { Waiting } from "../parts/view.tsx";
import { loadClosed } from "../state/closed.ts";
import { report } from "../state/report.ts";
import { usePages } from "../state/request.ts";
import { may } from "../state/session.ts";
import { Late } from "./late.tsx";
import { Close } from "./closing.tsx";
import { sinceInWords } from "./since.ts";
import { t } from "../words.ts";
import type { ClosedPeriod } from "../api/types.d.ts";

const PAGE = 12;
const POLL_MS = 1000;

/** `asOf` changes with what was exported: what came since may be in an export then. */
export function ClosedPeriods({ asOf }: { asOf: string }) {
  const [asked, setAsked] = useState<"close" | ClosedPeriod | null>(null);
  const { items, hasMore, problem, isLoading, more, again } = usePages(
    (cursor, signal) => get("/api/closed-periods", { query: { limit: PAGE, cursor }, signal }),
    [asOf],
  );
  const isUnderWay = items.some(({ isReady, reopenedAt }) => !isReady && reopenedAt === null);
  useEffect(() => {
    if (!isUnderWay || isLoading) return;
    const timer = setTimeout(again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, isLoading]);
  const onDone = () => {
    setAsked(null);
    again();
  };
  return (
    <section aria-labelledby="closed-periods">
      <h2 id="closed-periods">Closed periods</h2>
      <p class="quiet">
        Exports of closed days stay as they were. Later changes appear here and go out as
        corrections.
      </p>
      <Waiting problem={problem} isLoading={false} onAgain={again} />
      {items.length > 0 && (
        <ul class="lines" aria-label="Closed periods">
          {items.map((period) => (
            <Period key={period.id} period={period} onReopen={() => setAsked(period)} />
          ))}
        </ul>
      )}
      {hasMore && (
        <p>
          <button type="button" class="button" onClick={more}>
            Earlier ones
          </button>
        </p>
      )}
      {may("administer") && (
        <p>
          <button type="button" class="button" onClick={() => setAsked("close")}>
            Close a month …
          </button>
        </p>
      )}
      {asked === "close" && <Close onClose={() => setAsked(null)} onDone={onDone} />}
      {asked && asked !== "close" && (
        <Reopen period={asked} onClose={() => setAsked(null)} onDone={onDone} />
      )}
    </section>
  );
}

/** How many are in it, and why others of its days are not. */
function heldInWords(period: ClosedPeriod) {
  const { held, inReview, late, lateUnexported } = period;
  const waiting =
    inReview > 0 &&
    t`${counted(inReview, "expense is", "expenses are")} in review on these days, and in no export until confirmed`;
  const came = late > 0 && sinceInWords(late, lateUnexported);
  const takenBack = period.matchesTakenBack.length;
  const opened =
    takenBack > 0 &&
    t`${counted(takenBack, "bank entry is", "bank entries are")} not explained since`;
  const since = came || opened ? [came, opened] : [t`Nothing came since`];
  return [t`${counted(held, "expense")} in it`, waiting, ...since].filter(Boolean).join(" · ");
}

function Period({ period, onReopen }: { period: ClosedPeriod; onReopen: () => void }) {
  const { id, firstDay, lastDay, exportId, isReady, reopenedAt, reopenReason, late } = period;
  const { matchesTakenBack } = period;
  const [isShown, show] = useState(false);
  const isOpen = reopenedAt !== null;
  const note = isOpen
    ? t`Opened again: ${reopenReason}`
    : !isReady
      ? t`Its contents are being written down …`
      : heldInWords(period);
  return (
    <li class="line closed-period">
      <div class="line-text">
        <span class="line-title">{daysInWords(firstDay, lastDay)}</span>
        <span class="line-note">{note}</span>
        <span class="line-actions">
          {!isOpen && late + matchesTakenBack.length > 0 && (
            <button
              type="button"
              class="button small"
              aria-expanded={isShown}
              onClick={() => show(!isShown)}
            >
              What came since
            </button>
          )}
          <a class="button small" href={`/exports/${exportId}`}>
            Contents
          </a>
          {!isOpen && may("administer") && (
            <button type="button" class="button small" onClick={onReopen}>
              Open again …
            </button>
          )}
        </span>
      </div>
      {isShown && !isOpen && <Late periodId={id} late={late} takenBack={matchesTakenBack} />}
    </li>
  );
}

function Reopen({
  period,
  onClose,
  onDone,
}: {
  period: ClosedPeriod;
  onClose: () => void;
  onDone: () => void;
}) {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  async function open() {
    try {
      await post(
        "/api/closed-periods/{period_id}/reopen",
        { reason },
        { path: { period_id: period.id } },
      );
      void loadClosed();
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors[0])
        setProblem(error.fieldErrors[0].message);
      else report(error);
    }
  }
  return (
    <Dialog
      title="Open the period again"
      action="Open it"
      isDanger
      onClose={onClose}
      onAction={open}
    >
      <TextField label="Why" value={reason} onValue={setReason} maxLength={500} problem={problem} />
    </Dialog>
  );
}
