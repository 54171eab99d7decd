/**
 * Runs that are begun by time: of every kind, when next, what became of the last, and what can be
 * done with each.
 */

import { useState } from "preact/hooks";

import { get } from "../../api/client.ts";
import { nameOfRun } from "../../kinds.ts";
import { notify } from "../../notifications/notices.ts";
import { Empty, View, Waiting } from "../../parts/view.tsx";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import {
  became,
  DeleteSchedule,
  mayDelete,
  mayKeep,
  pauseOrResume,
  runNow,
  ScheduleHistory,
} from "./keeping.tsx";
import { momentIn } from "./next.ts";
import { ScheduleDialog } from "./schedule-dialog.tsx";
import { t } from "../../words.ts";
import type { Schedule } from "../../api/types.d.ts";

const DIALOGS = { change: ScheduleDialog, delete: DeleteSchedule, history: ScheduleHistory };

/** Who made what the code of a kind declares: it can be paused and run, and nothing else. */
const IN_CODE = "code";

type Act = keyof typeof DIALOGS;

export default function Schedules() {
  const schedules = useRequest((signal) => get("/api/schedules", { signal }), []);
  const kinds = useRequest((signal) => get("/api/workflows", { signal }), []).answer?.items ?? [];
  const [asked, ask] = useState<{ act: Act; shown: Schedule } | "make" | null>(null);
  const onClose = () => ask(null);
  const onDone = () => {
    ask(null);
    schedules.again();
  };
  const mayMake = kinds.some(({ schedule }) => schedule && mayKeep(schedule.permission));
  const actions = mayMake && (
    <button type="button" class="button" onClick={() => ask("make")}>
      New schedule …
    </button>
  );
  const items = schedules.answer?.items;
  const ActDialog = asked && asked !== "make" ? DIALOGS[asked.act] : null;
  return (
    <View title="Schedules" actions={actions}>
      {!items && (
        <Waiting
          problem={schedules.problem}
          isLoading={schedules.isLoading}
          onAgain={schedules.again}
        />
      )}
      {items?.length === 0 && (
        <Empty icon="calendar" title="No schedules yet">
          <p>A schedule begins runs by itself, such as one each morning.</p>
        </Empty>
      )}
      <ul class="lines" aria-label="Schedules">
        {items?.map((shown) => {
          const permission =
            kinds.find(({ kind }) => kind === shown.kind)?.schedule?.permission ?? null;
          const isOurs = shown.createdBy !== IN_CODE;
          const may = {
            isKept: mayKeep(permission, shown.forAllAccounts),
            isGoing: isOurs && mayDelete(shown, kinds),
          };
          return (
            <Line
              key={shown.id}
              shown={shown}
              {...may}
              again={schedules.again}
              onAsk={(act: Act) => ask({ act, shown })}
            />
          );
        })}
      </ul>
      {asked === "make" && <ScheduleDialog onClose={onClose} onDone={onDone} />}
      {asked && asked !== "make" && ActDialog && (
        <ActDialog shown={asked.shown} onClose={onClose} onDone={onDone} />
      )}
    </View>
  );
}

function Line({
  shown,
  isKept,
  isGoing,
  again,
  onAsk,
}: {
  shown: Schedule;
  isKept: boolean;
  isGoing: boolean;
  again: () => void;
  onAsk: (act: Act) => void;
}) {
  const { name, kind, inWords, timeZone, nextTick, last, forAllAccounts, paused, createdBy } =
    shown;
  const run = () =>
    runNow(shown).then(() => {
      notify(t`It is begun.`, { kind: "success" });
      again();
    }, report);
  const pause = () => pauseOrResume(shown).then(again, report);
  const button = (label: string, says: string, onClick: () => void, more = "") => (
    <button type="button" class={`button small ${more}`} aria-label={says} onClick={onClick}>
      {label}
    </button>
  );
  return (
    <li class="line schedule-line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">
          {nameOfRun({ kind })}
          {forAllAccounts && t` for all accounts`}
          {createdBy === IN_CODE && t`, declared in the code`} · {inWords}, {timeZone} ·{" "}
          {nextTick ? t`next on ${momentIn(nextTick, timeZone)}` : t`paused`}
          {last && (
            <>
              <br />
              {became(last)}
            </>
          )}
        </span>
        <span class="line-actions">
          {isKept && button(t`Run now`, t`Run now: ${name}`, run)}
          {isKept &&
            button(
              paused ? t`Resume` : t`Pause`,
              `${paused ? t`Resume` : t`Pause`} ${name}`,
              pause,
            )}
          {isKept &&
            createdBy !== IN_CODE &&
            button(t`Change …`, t`Change ${name}`, () => onAsk("change"))}
          {button(t`History …`, t`History of ${name}`, () => onAsk("history"))}
          {isGoing && button(t`Delete …`, t`Delete ${name}`, () => onAsk("delete"), "danger")}
        </span>
      </div>
    </li>
  );
}
