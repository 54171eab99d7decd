/**
 * A new run from a step of one that has ended: what it has of that one, and what would happen
 * again. It is loaded for operators who open a run's details.
 */

// It is there by then. By this line esbuild knows, and leaves what they share in its file.
import "../../../shell/views/expenses.ts";

import { useRef, useState } from "preact/hooks";

import { get, post } from "../../../api/client.ts";
import { Dialog } from "../../../parts/dialog.tsx";
import { SelectField, TextField } from "../../../parts/fields.tsx";
import { useAct } from "../../../parts/use-act.ts";
import { go } from "../../../shell/address.ts";
import { useRequest } from "../../../state/request.ts";
import { inPlainWords, stepLabel } from "./plain-words.ts";
import { problemOfReason, ReasonField } from "./reason.tsx";
import { firstOf, isConfirmed, keptBy } from "./restart-words.ts";
import { t } from "../../../words.ts";
import type { Run } from "../../../api.ts";
import type { RestartPlace, RestartRepeat } from "../../../api/types.d.ts";

/** The button, or why there is none. */
export default function Restart({ run }: { run: Run }) {
  const { answer: places } = useRequest(
    (signal) => get("/api/runs/{run_id}/restart", { path: { run_id: run.id }, signal }),
    [run.id],
  );
  const [isAsked, ask] = useState(false);
  if (!places) return null;
  if (places.whyNot) return <p class="quiet">{places.whyNot}</p>;
  return (
    <>
      <button type="button" class="button" onClick={() => ask(true)}>
        Restart from a step…
      </button>
      {isAsked && <Question run={run} places={places.steps} onClose={() => ask(false)} />}
    </>
  );
}

function Question({
  run,
  places,
  onClose,
}: {
  run: Run;
  places: RestartPlace[];
  onClose: () => void;
}) {
  const [step, choose] = useState(() =>
    firstOf(
      places,
      run.steps.map(({ name }) => name),
    ),
  );
  const [confirmed, confirm] = useState<Record<string, string>>({});
  const [reason, setReason] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const place = places.find((each) => each.step === step);
  const { isBusy, problem, act } = useAct(async () => {
    const repeats = (place?.repeats ?? []).map((each) => each.step);
    const { runId } = await post(
      "/api/runs/{run_id}/restart",
      { step, repeats, reason: reason.trim() },
      { path: { run_id: run.id } },
    );
    onClose();
    go(`/runs/${runId}`);
  });
  const nameOf = (name: string) => inPlainWords(run.kind, stepLabel(run.kind, name));
  const isReady =
    place !== undefined &&
    !place.whyNot &&
    !problemOfReason(reason) &&
    place.repeats.every((each) => isConfirmed(each, confirmed[each.step] ?? "", nameOf));
  return (
    <Dialog
      title={t`Restart from a step`}
      action={t`Begin a new run`}
      isDanger={place?.repeats.some((each) => each.isIrreversible)}
      isBusy={isBusy}
      isReady={isReady}
      onAction={act}
      onClose={onClose}
      problem={problem}
    >
      <p>This run stays as it is. A new one does this step and those behind it again.</p>
      <SelectField
        label={t`First step of the new run`}
        value={step}
        onValue={choose}
        problem={place?.whyNot}
        options={places.map((each) => ({ value: each.step, label: nameOf(each.step) }))}
      />
      {place && !place.whyNot && <p class="quiet">{keptBy(place, nameOf)}</p>}
      {place?.repeats.map((each) => (
        <Confirmation
          key={each.step}
          repeat={each}
          name={nameOf(each.step)}
          value={confirmed[each.step] ?? ""}
          onValue={(value) => confirm({ ...confirmed, [each.step]: value })}
        />
      ))}
      <ReasonField
        reason={reason}
        problem={reason && problemOfReason(reason)}
        area={area}
        onReason={setReason}
      />
    </Dialog>
  );
}

/** Of what happens again elsewhere: a tick, or for what nobody can take back its name. */
function Confirmation({
  repeat,
  name,
  value,
  onValue,
}: {
  repeat: RestartRepeat;
  name: string;
  value: string;
  onValue: (value: string) => void;
}) {
  if (repeat.isIrreversible)
    return (
      <TextField
        label={t`Write “${name}” to have it happen again`}
        value={value}
        onValue={onValue}
        hint={t`It has happened, or may have. Nobody can take it back.`}
      />
    );
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value !== ""}
        onChange={(event: Event) =>
          onValue((event.currentTarget as HTMLInputElement).checked ? name : "")
        }
      />
      <span>{t`“${name}” happens again elsewhere`}</span>
    </label>
  );
}
