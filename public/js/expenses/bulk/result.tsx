/**
 * What an act is doing and came to: how far it is, what stayed and why, and the way back for ten
 * seconds.
 */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../app.tsx";

import { useEffect, useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { counted, withDays } from "../../format.ts";
import { announce, notify } from "../../notifications/notices.ts";
import { Icon } from "../../parts/icon.tsx";
import { PagedList } from "../../parts/list.tsx";
import { Day } from "../../parts/values.tsx";
import { report } from "../../state/report.ts";
import { usePages } from "../../state/request.ts";
import { finish, isUnfinished } from "../sorting/acts.tsx";
import { t } from "../../words.ts";
import type { ActSummary, LeftOutExpense } from "../../api/types.d.ts";
import type { ListAct } from "./acts.ts";

const UNDO_MS = 10_000;

export function Result({
  act,
  shape,
  onChange,
  onClose,
}: {
  act: ListAct;
  /** as it was begun */
  shape: ActSummary;
  /** expenses are others now */
  onChange: () => void;
  onClose: () => void;
}) {
  const [now, setNow] = useState(shape);
  useEffect(() => {
    const leaving = new AbortController();
    finish(shape, setNow, leaving.signal)
      .then((ended) => {
        if (leaving.signal.aborted) return;
        onChange();
        tell(ended);
      })
      .catch(report);
    return () => leaving.abort();
  }, [shape.id]);

  function tell(ended: ActSummary) {
    const canUndo = !act.cannotBeUndone && ended.changed > 0;
    notify(wordsOf(act, ended), {
      kind: ended.leftOut > 0 ? "info" : "success",
      patience: UNDO_MS,
      action: canUndo ? { label: t`Undo`, onAction: () => void undo() } : null,
    });
    if (ended.leftOut === 0) onClose();
  }

  async function undo() {
    try {
      const undone = await finish(
        await post("/api/acts/{act_id}/undo", null, { path: { act_id: shape.id } }),
        setNow,
      );
      const kept =
        undone.kept > 0
          ? t`${counted(undone.kept, "expense")} not restored: changed since, or approved before.`
          : "";
      notify(
        [t`Undone: ${counted(undone.restored, "expense")} restored.`, kept]
          .filter(Boolean)
          .join(" "),
        { kind: "success" },
      );
      onClose();
    } catch (error) {
      report(error);
    }
    onChange();
  }

  if (isUnfinished(now)) {
    const done =
      now.state === "applying"
        ? t`${counted(now.changed, "expense")} changed so far …`
        : t`${counted(now.restored, "expense")} restored so far …`;
    return (
      <p class="act-result" role="status">
        <span class="spinner" aria-hidden="true" /> {done}
      </p>
    );
  }
  return (
    now.leftOut > 0 && <LeftOut words={wordsOf(act, now)} actId={shape.id} onClose={onClose} />
  );
}

function wordsOf({ done }: ListAct, { changed, leftOut }: ActSummary) {
  const words = changed > 0 ? done(changed) : t`Nothing was changed.`;
  return leftOut > 0 ? `${words} ${t`${counted(leftOut, "expense")} not changed.`}` : words;
}

function LeftOut({ words, actId, onClose }: { words: string; actId: string; onClose: () => void }) {
  const path = { act_id: actId };
  const pages = usePages(
    (cursor, signal) => get("/api/acts/{act_id}/left-out", { path, query: { cursor }, signal }),
    [actId],
  );
  useEffect(() => announce(words), []);
  return (
    <section class="card left-out" aria-label="Not changed">
      <div class="left-out-head">
        <p>{words}</p>
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <PagedList pages={pages} label="Not changed" row={row} empty={null} />
    </section>
  );
}

function row({ expenseId, merchant, date, reason }: LeftOutExpense) {
  return (
    <li class="line" key={expenseId}>
      <a href={`/expenses/${expenseId}`}>
        <span class="line-title">{merchant}</span>
        <span class="line-note">{withDays(reason)}</span>
        <span class="line-day">
          <Day day={date} />
        </span>
      </a>
    </li>
  );
}
