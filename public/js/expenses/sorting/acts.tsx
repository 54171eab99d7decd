/**
 * Acts: what was done to many expenses at once. Each is gone on with until it is finished, and can
 * be undone.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { counted } from "../../format.ts";
import { announce } from "../../notifications/notices.ts";
import { Moment } from "../../parts/values.tsx";
import { Waiting } from "../../parts/view.tsx";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";
import { KINDS_OF_ACTS } from "../../labels.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ActSummary } from "../../api/types.d.ts";

/** Taken back by those who may approve only. */
const OF_APPROVERS = ["approve", "unapprove"];

export function isUnfinished({ state }: ActSummary) {
  return state === "applying" || state === "undoing";
}

/** What an act came to, in a sentence. */
export function sentenceOf({ state, changed, leftOut, restored, kept }: ActSummary) {
  if (state === "applying") return t`${counted(changed, "expense")} changed so far …`;
  if (state === "applied")
    return leftOut
      ? t`${counted(changed, "expense")} changed, ${leftOut} not changed.`
      : t`${counted(changed, "expense")} changed.`;
  if (state === "undoing") return t`${counted(restored, "expense")} restored so far …`;
  return kept
    ? t`Undone: ${counted(restored, "expense")} restored, ${kept} kept as changed since.`
    : t`Undone: ${counted(restored, "expense")} restored.`;
}

/**
 * Go on with an act until it is finished.
 *
 * @param signal stop here; going on later is safe
 */
export async function finish(
  act: ActSummary,
  onStep: (act: ActSummary) => void,
  signal?: AbortSignal,
): Promise<ActSummary> {
  let now = act;
  while (isUnfinished(now) && !signal?.aborted) {
    now = await post("/api/acts/{act_id}/continue", null, { path: { act_id: now.id } });
    onStep(now);
  }
  return now;
}

/**
 * What an act that was just begun came to, with a way to take it back.
 *
 * `onDone` when it is finished, and when it is undone
 */
export function ActResult({ act: begun, onDone }: { act: ActSummary; onDone: () => void }) {
  const [act, setAct] = useState(begun);
  const [isBusy, whileBusy] = useBusy();
  const place = useRef<HTMLParagraphElement | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    // The button that began it may be far below, or gone.
    place.current?.focus();
    setAct(begun);
    announce(sentenceOf(begun));
    finish(begun, setAct, leaving.signal)
      .then((ended) => {
        if (leaving.signal.aborted) return;
        announce(sentenceOf(ended));
        onDone();
      })
      .catch(report);
    return () => leaving.abort();
  }, [begun.id]);
  async function undo() {
    return whileBusy(async () => {
      try {
        const undone = await post("/api/acts/{act_id}/undo", null, { path: { act_id: act.id } });
        setAct(undone);
        const ended = await finish(undone, setAct);
        announce(sentenceOf(ended));
        onDone();
      } catch (error) {
        report(error);
      }
    });
  }
  return (
    <p class="act-result" tabindex={-1} ref={place}>
      <span>{sentenceOf(act)}</span>
      {act.undoneAt === null && (
        <button type="button" class="button small" onClick={undo} disabled={isBusy}>
          Undo
        </button>
      )}
    </p>
  );
}

/** The last acts. */
export function Acts({ onDone }: { onDone: () => void }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/acts", { query: { limit: 20 }, signal }),
    [],
  );
  const [isBusy, whileBusy] = useBusy();
  if (answer?.items.length === 0) return null;
  async function follow(asked: Promise<ActSummary>) {
    return whileBusy(async () => {
      try {
        await finish(await asked, again);
      } catch (error) {
        report(error);
      } finally {
        again();
        onDone();
      }
    });
  }
  const row = (act: ActSummary) => {
    const path = { act_id: act.id };
    const word = KINDS_OF_ACTS[act.kind] ?? act.kind;
    return (
      <li class="line" key={act.id}>
        <div class="line-text">
          <span class="line-title">{word}</span>
          <span class="line-note">{sentenceOf(act)}</span>
          <span class="line-day">
            <Moment at={act.createdAt} />
          </span>
          <span class="line-amount line-buttons">
            {isUnfinished(act) && may("edit") && (
              <button
                type="button"
                class="button small"
                disabled={isBusy}
                aria-label={t`Go on: ${word}`}
                onClick={() => follow(post("/api/acts/{act_id}/continue", null, { path }))}
              >
                Go on
              </button>
            )}
            {act.undoneAt === null && may(OF_APPROVERS.includes(act.kind) ? "approve" : "edit") && (
              <button
                type="button"
                class="button small"
                disabled={isBusy}
                aria-label={t`Undo: ${word}, ${sentenceOf(act)}`}
                onClick={() => follow(post("/api/acts/{act_id}/undo", null, { path }))}
              >
                Undo
              </button>
            )}
          </span>
        </div>
      </li>
    );
  };
  return (
    <section class="card" aria-labelledby="acts-title">
      <h2 id="acts-title">Bulk changes</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && <ul class="lines">{answer.items.map(row)}</ul>}
    </section>
  );
}
