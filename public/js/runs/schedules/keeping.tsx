/**
 * What can be done with one schedule, wherever it is shown: run now, paused, deleted; and what
 * became of its times.
 */

import { del, get, patch, post } from "../../api/client.ts";
import { moment } from "../../format.ts";
import { stateOfStatus } from "../../labels.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Waiting } from "../../parts/view.tsx";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";
import type { Status } from "../../api.ts";
import type { Kind, LastTick, Permission, Schedule } from "../../api/types.d.ts";

/**
 * @param permission that the kind names; null where it is not known yet
 * @param isOfAll it begins runs of all accounts
 */
export function mayKeep(permission: string | null, isOfAll: boolean = false) {
  if (permission === null || !may("operate") || !may(permission as Permission)) return false;
  return !isOfAll || may("deployment");
}

/**
 * Whoever may keep it may delete it; one whose kind is not deployed any more, whoever may operate.
 *
 * @param kinds that are deployed
 */
export function mayDelete({ kind, forAllAccounts }: Schedule, kinds: Kind[]) {
  const permission = kinds.find((each) => each.kind === kind)?.schedule?.permission ?? "operate";
  return kinds.length > 0 && mayKeep(permission, forAllAccounts);
}

export function runNow({ id }: Schedule) {
  return post("/api/schedules/{schedule_id}/run", null, {
    path: { schedule_id: id },
  });
}

export function pauseOrResume({ id, paused }: Schedule) {
  return patch("/api/schedules/{schedule_id}", { paused: !paused }, { path: { schedule_id: id } });
}

export function became({ tick, reason, runId, runStatus }: LastTick) {
  if (reason) return `${moment(tick)}: ${reason}`;
  return (
    <>
      {moment(tick)}:{" "}
      {runId ? <a href={`/runs/${runId}`}>{stateOfStatus(runStatus as Status).text}</a> : t`begun`}
    </>
  );
}

export function DeleteSchedule({
  shown,
  onClose,
  onDone,
}: {
  shown: Schedule;
  onClose: () => void;
  onDone: () => void;
}) {
  const remove = () =>
    del("/api/schedules/{schedule_id}", { path: { schedule_id: shown.id } }).then(onDone, report);
  return (
    <Dialog
      title={t`Delete ${shown.name}`}
      action="Delete it"
      isDanger
      onClose={onClose}
      onAction={remove}
    >
      <p>What it has begun stays.</p>
    </Dialog>
  );
}

export function ScheduleHistory({ shown, onClose }: { shown: Schedule; onClose: () => void }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) =>
      get("/api/schedules/{schedule_id}/ticks", { path: { schedule_id: shown.id }, signal }),
    [shown.id],
  );
  return (
    <Dialog title={t`History of ${shown.name}`} onClose={onClose}>
      <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      {answer?.items.length === 0 && <p>It was not due yet.</p>}
      <ul class="ask-list" aria-label="History">
        {answer?.items.map((tick) => (
          <li key={`${tick.tick} ${tick.runId}`}>{became(tick)}</li>
        ))}
      </ul>
    </Dialog>
  );
}
