/**
 * Exports that are made by time: what each makes and when, what became of the last, and what can
 * be done with it.
 */

import { useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.ts";
import { moment } from "../format.ts";
import { announce } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { CurrencyField, SelectField, TextField } from "../parts/fields.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import {
  became,
  DeleteSchedule,
  mayKeep,
  pauseOrResume,
  runNow,
} from "../runs/schedules/keeping.tsx";
import { useNext } from "../runs/schedules/next.ts";
import { ScheduleDialog } from "../runs/schedules/schedule-dialog.tsx";
import { formatName, FORMATS } from "./formats.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import { Waiting } from "../parts/view.tsx";
import type { Profile, Schedule } from "../api/types.d.ts";

const DAYS = [
  { value: "last-month", label: t`The month before` },
  { value: "last-week", label: t`The week before` },
  { value: "last-quarter", label: t`The quarter before` },
  { value: "last-year", label: t`The year before` },
  { value: "all", label: t`All days` },
];
const OFTEN = [
  { value: "month", label: t`Each month` },
  { value: "week", label: t`Each week, on Monday` },
  { value: "day", label: t`Each day` },
];

/** `onRun`: an export was begun */
export function Schedules({ profiles, onRun }: { profiles: Profile[]; onRun: () => void }) {
  const { answer, problem, again } = useRequest((signal) => get("/api/schedules", { signal }), []);
  const [isNew, setNew] = useState(false);
  const [changed, change] = useState<Schedule | null>(null);
  const [dropped, drop] = useState<Schedule | null>(null);
  const items = (answer?.items ?? []).filter(({ kind }) => kind === "export");
  const onDone = () => {
    setNew(false);
    change(null);
    drop(null);
    again();
  };
  return (
    <section aria-labelledby="schedules">
      <h2 id="schedules">Scheduled exports</h2>
      <p class="quiet">
        Tillroll makes these exports by itself, for example last month's on the 3rd at 06:00.{" "}
        <a href="/schedules">All schedules</a>
      </p>
      <Waiting problem={problem} isLoading={false} onAgain={again} />
      {items.length > 0 && (
        <ul class="lines" aria-label="Scheduled exports">
          {items.map((shown) => (
            <Line
              key={shown.id}
              shown={shown}
              profiles={profiles}
              again={again}
              onRun={onRun}
              onChange={() => change(shown)}
              onDrop={() => drop(shown)}
            />
          ))}
        </ul>
      )}
      {mayKeep("export") && (
        <p>
          <button type="button" class="button" onClick={() => setNew(true)}>
            New scheduled export …
          </button>
        </p>
      )}
      {isNew && <NewSchedule profiles={profiles} onClose={() => setNew(false)} onDone={onDone} />}
      {changed && <ScheduleDialog shown={changed} onClose={() => change(null)} onDone={onDone} />}
      {dropped && <DeleteSchedule shown={dropped} onClose={() => drop(null)} onDone={onDone} />}
    </section>
  );
}

function Line({
  shown,
  profiles,
  again,
  onRun,
  onChange,
  onDrop,
}: {
  shown: Schedule;
  profiles: Profile[];
  again: () => void;
  onRun: () => void;
  onChange: () => void;
  onDrop: () => void;
}) {
  const run = () =>
    runNow(shown).then(() => {
      announce(t`The file is being made.`);
      again();
      onRun();
    }, report);
  const pause = () => pauseOrResume(shown).then(again, report);
  const { format, profile } = shown.params;
  const what = profiles.find(({ id }) => id === profile)?.name ?? formatName(String(format));
  const days = DAYS.find(({ value }) => value === shown.params.days)?.label;
  return (
    <li class="line export-line">
      <div class="line-text">
        <span class="line-title">{shown.name}</span>
        <span class="line-note">
          {what} · {days} · {shown.nextTick ? <>next on {moment(shown.nextTick)}</> : t`paused`}
        </span>
        {shown.last && <span class="line-note">{became(shown.last)}</span>}
        {mayKeep("export", shown.forAllAccounts) && (
          <span class="line-actions">
            <button
              type="button"
              class="button small"
              aria-label={t`Run now: ${shown.name}`}
              onClick={run}
            >
              Run now
            </button>
            <button
              type="button"
              class="button small"
              aria-label={`${shown.paused ? t`Resume` : t`Pause`} ${shown.name}`}
              onClick={pause}
            >
              {shown.paused ? t`Resume` : t`Pause`}
            </button>
            <button
              type="button"
              class="button small"
              aria-label={t`Change ${shown.name}`}
              onClick={onChange}
            >
              Change …
            </button>
            <button
              type="button"
              class="button small danger"
              aria-label={t`Delete ${shown.name}`}
              onClick={onDrop}
            >
              Delete …
            </button>
          </span>
        )}
      </div>
    </li>
  );
}

function NewSchedule({
  profiles,
  onClose,
  onDone,
}: {
  profiles: Profile[];
  onClose: () => void;
  onDone: () => void;
}) {
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [values, setValues] = useState({
    ...{
      name: "",
      chosen: "csv",
      days: "last-month",
      currency: "",
      often: "month",
      day: "3",
      at: "06:00",
      zone: here,
    },
  });
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, whileBusy] = useBusy();
  const field = (key: keyof typeof values, name: string = key) => ({
    value: values[key],
    onValue: (value: string) => setValues({ ...values, [key]: value }),
    problem: problems[name] ?? null,
  });

  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(values.at.trim());
  const when = { month: `${values.day.trim()} * *`, week: "* * 1", day: "* * *" }[values.often];
  const cron = time && `${Number(time[2])} ${Number(time[1])} ${when}`;
  const next = useNext(cron, values.zone);

  async function save() {
    if (!cron) return setProblems({ at: t`Give a time of the day, such as 06:00.` });
    const profile = profiles.find(({ id }) => id === values.chosen);
    const params = {
      ...{
        format: profile?.format ?? values.chosen,
        profile: profile?.id ?? null,
        days: values.days,
      },
      currency: values.currency || null,
    };
    const body = { name: values.name, kind: "export", cron, timeZone: values.zone, params };
    return whileBusy(async () => {
      try {
        await post("/api/schedules", body);
        onDone();
      } catch (error) {
        if (error instanceof ApiError && error.fieldErrors.length > 0) {
          setProblems(
            Object.fromEntries(
              error.fieldErrors.map((each) => [each.field.replace(/^.*\./, ""), each.message]),
            ),
          );
        } else report(error);
      }
    });
  }

  const options = [
    ...FORMATS,
    ...profiles.map(({ id, name, format }) => ({
      value: id,
      label: `${name} (${formatName(format)})`,
    })),
  ];
  return (
    <Dialog
      title="New scheduled export"
      action="Make it"
      isBusy={isBusy}
      onClose={onClose}
      onAction={save}
      problem={problems.format ?? null}
    >
      <TextField label="Name" maxLength={100} {...field("name")} />
      <SelectField label="Format or profile" options={options} {...field("chosen", "profile")} />
      <SelectField label="Expenses of" options={DAYS} {...field("days", "to")} />
      <CurrencyField label="Only expenses in" {...field("currency")} />
      <SelectField label="How often" options={OFTEN} {...field("often")} />
      {values.often === "month" && (
        <TextField
          label="On day"
          maxLength={2}
          hint="1 to 31, or L for the last."
          {...field("day", "cron")}
        />
      )}
      <TextField label="At" maxLength={5} {...field("at")} />
      <TextField label="Time zone" maxLength={50} {...field("zone", "timeZone")} />
      <p class="quiet" role="status">
        {next && t`Next: ${next.moments.join("; ")}`}
      </p>
    </Dialog>
  );
}
