/** When a connection is synced by time. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { announce } from "../notifications/notices.ts";
import {
  became,
  DeleteSchedule,
  mayKeep,
  pauseOrResume,
  runNow,
} from "../runs/schedules/keeping.tsx";
import { momentIn } from "../runs/schedules/next.ts";
import { ScheduleDialog } from "../runs/schedules/schedule-dialog.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import { Waiting } from "../parts/view.tsx";
import type { BooksConnection, Schedule } from "../api/types.d.ts";

const KIND = "sync";

export function Schedules({
  connection,
  onRun,
}: {
  connection: BooksConnection;
  onRun: () => void;
}) {
  const { answer, problem, again } = useRequest((signal) => get("/api/schedules", { signal }), []);
  const [asked, ask] = useState<
    { act: "make" } | { act: "change" | "delete"; shown: Schedule } | null
  >(null);
  const items = (answer?.items ?? []).filter(
    ({ kind, params }) => kind === KIND && params.connection === connection.id,
  );
  const onClose = () => ask(null);
  const onDone = () => {
    ask(null);
    again();
  };
  const made = {
    kind: KIND,
    name: t`Sync ${connection.name}`,
    params: { connection: connection.id },
  };
  return (
    <section aria-labelledby="books-schedule">
      <h2 id="books-schedule">Schedule</h2>
      <Waiting problem={problem} isLoading={false} onAgain={again} />
      {answer && items.length === 0 && (
        <p class="quiet">
          It is not synced on a schedule.
          {connection.onChange && connection.direction === "push"
            ? t` A change begins a sync by itself${connection.firstSyncAt ? "" : t`, once somebody began the first`}.`
            : ""}
        </p>
      )}
      {items.length > 0 && (
        <ul class="lines" aria-label="Schedules">
          {items.map((shown) => (
            <Line key={shown.id} shown={shown} again={again} onRun={onRun} ask={ask} />
          ))}
        </ul>
      )}
      {mayKeep("export") && (
        <p class="form-buttons">
          <button type="button" class="button" onClick={() => ask({ act: "make" })}>
            New schedule …
          </button>
        </p>
      )}
      {asked?.act === "make" && <ScheduleDialog made={made} onClose={onClose} onDone={onDone} />}
      {asked?.act === "change" && (
        <ScheduleDialog shown={asked.shown} made={made} onClose={onClose} onDone={onDone} />
      )}
      {asked?.act === "delete" && (
        <DeleteSchedule shown={asked.shown} onClose={onClose} onDone={onDone} />
      )}
    </section>
  );
}

function Line({
  shown,
  again,
  onRun,
  ask,
}: {
  shown: Schedule;
  again: () => void;
  onRun: () => void;
  ask: (asked: { act: "change" | "delete"; shown: Schedule }) => void;
}) {
  const { name, inWords, timeZone, nextTick, last, paused, forAllAccounts } = shown;
  const run = () =>
    runNow(shown).then(() => {
      announce(t`The sync has begun.`);
      again();
      onRun();
    }, report);
  const pause = () => pauseOrResume(shown).then(again, report);
  return (
    <li class="line schedule-line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">
          {inWords}, {timeZone} ·{" "}
          {nextTick ? t`next on ${momentIn(nextTick, timeZone)}` : t`paused`}
          {last && (
            <>
              <br />
              {became(last)}
            </>
          )}
        </span>
        {mayKeep("export", forAllAccounts) && (
          <span class="line-actions">
            <button
              type="button"
              class="button small"
              aria-label={t`Run now: ${name}`}
              onClick={run}
            >
              Run now
            </button>
            <button
              type="button"
              class="button small"
              aria-label={`${paused ? t`Resume` : t`Pause`} ${name}`}
              onClick={pause}
            >
              {paused ? t`Resume` : t`Pause`}
            </button>
            <button
              type="button"
              class="button small"
              aria-label={t`Change ${name}`}
              onClick={() => ask({ act: "change", shown })}
            >
              Change …
            </button>
            <button
              type="button"
              class="button small danger"
              aria-label={t`Delete ${name}`}
              onClick={() => ask({ act: "delete", shown })}
            >
              Delete …
            </button>
          </span>
        )}
      </div>
    </li>
  );
}
