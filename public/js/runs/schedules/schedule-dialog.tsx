/** A schedule of any kind that is begun by time: made, or changed. */

import { useMemo, useState } from "preact/hooks";

import { ApiError, get, patch, post } from "../../api/client.ts";
import { nameOfRun } from "../../kinds.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Waiting } from "../../parts/view.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import { useNext } from "./next.ts";
import { may } from "../../state/session.ts";
import { fieldsOf, fieldText, readFields } from "../../values/schema.ts";
import { mayKeep } from "./keeping.tsx";
import { SchemaFields } from "../../parts/schema-fields.tsx";
import { t } from "../../words.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { Kind, Schedule } from "../../api/types.d.ts";
import type { SchemaField } from "../../values/schema.ts";

type CatchUp = "each" | "latest" | "skip";
type Overlap = "allow" | "skip" | "queue-one" | "cancel-older";

const CATCH_UP = [
  { value: "latest", label: t`Make up for the latest` },
  { value: "each", label: t`Make up for each` },
  { value: "skip", label: t`Leave them out` },
];
const OVERLAP = [
  { value: "allow", label: t`Begin beside it` },
  { value: "skip", label: t`Leave the new one out` },
  { value: "queue-one", label: t`Begin when it has ended` },
  { value: "cancel-older", label: t`Ask it to end, then begin` },
];
const WHEN_HINT = t`Five fields of cron: minute, hour, day of the month, month, day of the week.`;
const CRONS = [
  { value: "0 8 * * 1-5", label: t`On weekdays at 08:00` },
  { value: "0 6 * * *", label: t`Each day at 06:00` },
  { value: "0 6 * * 1", label: t`On Mondays at 06:00` },
  { value: "0 6 3 * *", label: t`On the 3rd of each month at 06:00` },
  { value: "0 6 L * *", label: t`On the last day of each month at 06:00` },
  { value: "0 * * * *", label: t`Each hour` },
];
// A param of a kind may be called as what every schedule has.
const PARAM = /^params\./;
const ZONES = Intl.supportedValuesOf("timeZone");

/** What is made of one kind only, with params that are known. */
type Made = { kind: string; name: string; params: Record<string, unknown> };

/** `shown` is what is to be changed */
export function ScheduleDialog({
  shown,
  made,
  onClose,
  onDone,
}: {
  shown?: Schedule | undefined;
  made?: Made | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/workflows", { signal }),
    [],
  );
  const kinds = (answer?.items ?? []).filter(
    ({ kind, schedule }) =>
      schedule &&
      (shown ? kind === shown.kind : mayKeep(schedule.permission) && (!made || kind === made.kind)),
  );
  const title = shown ? t`Change ${shown.name}` : t`New schedule`;
  if (kinds.length === 0) {
    const why =
      answer &&
      (shown
        ? t`Its kind is not deployed any more: delete it.`
        : t`No kind here can be scheduled.`);
    return (
      <Dialog title={title} problem={why} onClose={onClose}>
        <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      </Dialog>
    );
  }
  return (
    <Form shown={shown} made={made} kinds={kinds} title={title} onClose={onClose} onDone={onDone} />
  );
}

function Form({
  shown,
  made,
  kinds,
  title,
  onClose,
  onDone,
}: {
  shown?: Schedule | undefined;
  made?: Made | undefined;
  kinds: Kind[];
  title: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const [values, setValues] = useState({
    kind: kinds[0]?.kind ?? "",
    name: shown?.name ?? made?.name ?? "",
    cron: shown?.cron ?? "0 8 * * 1-5",
    timeZone: shown?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    catchUp: shown?.catchUp ?? "latest",
    overlap: shown?.overlap ?? "allow",
    isOfAll: false,
  });
  const declared = kinds.find(({ kind }) => kind === values.kind)?.schedule;
  const given = made?.params ?? {};
  const fields = useMemo(
    () => fieldsOf(declared?.params ?? {}).filter(({ name }) => !(name in given)),
    [values.kind],
  );
  // By kind: what was filled in for one is no value of another's.
  const [filled, fill] = useState<Record<string, Record<string, string>>>({});
  const textOf = (field: SchemaField) =>
    fieldText(field, shown ? shown.params[field.name] : field.initial);
  const texts =
    filled[values.kind] ?? Object.fromEntries(fields.map((field) => [field.name, textOf(field)]));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, whileBusy] = useBusy();
  const next = useNext(values.cron, values.timeZone);
  const field = (key: "kind" | "name" | "cron" | "timeZone" | "catchUp" | "overlap") => ({
    value: values[key],
    onValue: (value: string) => setValues({ ...values, [key]: value }),
    problem: problems[key] ?? null,
  });
  const whole = Object.entries(problems).find(
    ([name]) => !(name in values) && !(name.replace(PARAM, "") in texts),
  );

  async function save() {
    const { params, problems: unread } = readFields(fields, texts);
    setProblems(
      Object.fromEntries(
        Object.entries(unread).map(([name, problem]) => [`params.${name}`, problem]),
      ),
    );
    if (Object.keys(unread).length > 0) return;
    const { kind, isOfAll, ...others } = values;
    const asked = {
      ...others,
      catchUp: values.catchUp as CatchUp,
      overlap: values.overlap as Overlap,
      params: { ...params, ...given },
    };
    return whileBusy(async () => {
      try {
        if (shown) await change(shown, asked);
        else await post("/api/schedules", { ...asked, kind, forAllAccounts: isOfAll });
        onDone();
      } catch (error) {
        if (error instanceof ApiError && error.fieldErrors.length > 0)
          setProblems(problemsIn(error));
        else report(error);
      }
    });
  }

  const options = kinds.map(({ kind }) => ({ value: kind, label: nameOfRun({ kind }) }));
  const canBeOfAll = !shown && declared?.forAllAccounts && may("deployment");
  const onOfAll = () => setValues({ ...values, isOfAll: !values.isOfAll });
  return (
    <Dialog
      title={title}
      action={shown ? t`Change it` : t`Make it`}
      isBusy={isBusy}
      onClose={onClose}
      onAction={save}
      problem={whole?.[1] ?? null}
    >
      {!shown && !made && <SelectField label="Runs" options={options} {...field("kind")} />}
      <TextField label="Name" maxLength={100} {...field("name")} />
      <TextField label="When" maxLength={100} list="crons" hint={WHEN_HINT} {...field("cron")} />
      <TextField label="Time zone" maxLength={50} list="time-zones" {...field("timeZone")} />
      <p class="quiet" role="status">
        {next && t`${next.inWords}. Next: ${next.moments.join("; ")}.`}
      </p>
      <SelectField label="Times that are missed" options={CATCH_UP} {...field("catchUp")} />
      <SelectField label="While its last run goes on" options={OVERLAP} {...field("overlap")} />
      <SchemaFields
        fields={fields}
        texts={texts}
        problems={ofParams(problems)}
        onTexts={(typed: Record<string, string>) => fill({ ...filled, [values.kind]: typed })}
      />
      {canBeOfAll && (
        <label class="check">
          <input type="checkbox" checked={values.isOfAll} onChange={onOfAll} />{" "}
          <span>For all accounts</span>
        </label>
      )}
      <datalist id="crons">
        {CRONS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </datalist>
      <datalist id="time-zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </Dialog>
  );
}

/** Only what is another: the audit names what was changed. */
async function change(
  shown: Schedule,
  asked: {
    name: string;
    cron: string;
    timeZone: string;
    catchUp: CatchUp;
    overlap: Overlap;
    params: Record<string, unknown>;
  },
) {
  const before = { ...shown } as Record<string, unknown>;
  const isOther = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(before[name]);
  const changes = Object.fromEntries(Object.entries(asked).filter(isOther));
  if (Object.keys(changes).length > 0)
    await patch("/api/schedules/{schedule_id}", changes, { path: { schedule_id: shown.id } });
}

function problemsIn({ fieldErrors }: ApiError) {
  return Object.fromEntries(
    fieldErrors.map(({ field, message }) => [field.replace(/^(params\.[^.]+).*$/, "$1"), message]),
  );
}

function ofParams(problems: Record<string, string>) {
  const own = Object.entries(problems).filter(([name]) => PARAM.test(name));
  return Object.fromEntries(own.map(([name, problem]) => [name.replace(PARAM, ""), problem]));
}
