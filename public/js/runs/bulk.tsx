/**
 * What is done with all runs that a filter finds: asked for after a look at how many, and how far
 * each is.
 */

import { useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.ts";
import { nameOfKind, nameOfRun } from "../kinds.ts";
import { announce } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField, TextField } from "../parts/fields.tsx";
import { Moment } from "../parts/values.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import { Waiting } from "../parts/view.tsx";
import type { RunSummary } from "../api.ts";
import type { BulkOperation, BulkPreview } from "../api/types.d.ts";

type Act = "retry" | "abandon" | "cancel" | "resume";

const STANDING = "standing";
const ACTS = [
  { value: "retry", label: t`Retry what has failed` },
  { value: "abandon", label: t`Give up what has failed` },
  { value: "cancel", label: t`Stop what is under way` },
  { value: STANDING, label: t`Resume all that stands still` },
  { value: "resume", label: t`Resume what is paused` },
];
const DONE: Record<string, string> = {
  retry: t`Retried`,
  abandon: t`Given up`,
  cancel: t`Asked to stop`,
  resume: t`Resumed`,
};
const SHOWN = 5;
const SHORTEST_REASON = 3;

/**
 * The newest, each with how far it is.
 *
 * `times`: how often one was begun here, so that they are asked for anew
 */
export function BulkOperations({ times }: { times: number }) {
  const { answer, again } = useRequest(
    (signal) => get("/api/bulk-operations", { query: { limit: SHOWN }, signal }),
    [times],
  );
  const items = answer?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="bulk-operations">
      <div class="section-head">
        <h2 id="bulk-operations">Done with many</h2>
        <button type="button" class="button small" onClick={again}>
          Refresh
        </button>
      </div>
      <ul class="lines" aria-label="Done with many">
        {items.map((item) => (
          <Line key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Line({ item }: { item: BulkOperation }) {
  const [isShown, show] = useState(false);
  const looked = item.done + item.leftOut;
  return (
    <li class="line export-line">
      <div class="line-text">
        <span class="line-title">
          {DONE[item.act]}: {item.done} of {item.found}
        </span>
        <span class="line-note">
          {standing(item)} · {item.reason} · <Moment at={item.createdAt} />
        </span>
        {!item.finishedAt && (
          <progress
            aria-label={t`${DONE[item.act]} so far`}
            max={Math.max(item.found, looked, 1)}
            value={looked}
          />
        )}
        <span class="line-actions">
          <a class="button small" href={`/runs/${item.runId}`}>
            Open the run
          </a>
          {item.leftOut > 0 && (
            <button type="button" class="button small" onClick={() => show(true)}>
              {item.leftOut} left out …
            </button>
          )}
        </span>
        {isShown && <LeftOut item={item} onClose={() => show(false)} />}
      </div>
    </li>
  );
}

function standing({ inLine, status }: BulkOperation) {
  if (inLine) return t`In line behind another`;
  const words: Record<string, string> = {
    processing: t`Under way`,
    complete: t`Finished`,
    failed: t`Stopped by a failure`,
    cancelled: t`Stopped`,
  };
  return words[status] ?? status;
}

function LeftOut({ item, onClose }: { item: BulkOperation; onClose: () => void }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) =>
      get("/api/bulk-operations/{operation_id}/left-out", {
        path: { operation_id: item.id },
        query: { limit: 100 },
        signal,
      }),
    [item.id],
  );
  return (
    <Dialog title="Left as they were" onClose={onClose}>
      <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      <ul class="ask-list">
        {answer?.items.map(({ runId, reason }) => (
          <li key={runId}>
            <a href={`/runs/${runId}`}>{runId}</a>: {reason}
          </li>
        ))}
      </ul>
      {answer?.nextCursor && <p class="quiet">These are the newest 100.</p>}
    </Dialog>
  );
}

export function BulkDialog({
  kinds,
  onClose,
  onBegun,
}: {
  kinds: string[];
  onClose: () => void;
  onBegun: () => void;
}) {
  const [values, setValues] = useState({ act: "retry", kind: "", reason: "" });
  const [found, setFound] = useState<BulkPreview | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const field = (key: keyof typeof values) => ({
    value: values[key],
    onValue: (value: string) => {
      setValues({ ...values, [key]: value });
      if (key !== "reason") setFound(null);
    },
  });

  async function act() {
    const asked = orderOf(values.act, values.kind);
    const reason = values.reason.trim();
    if (found && reason.length < SHORTEST_REASON)
      return setProblem(t`Write a reason: it is kept in the audit.`);
    return whileBusy(async () => {
      setProblem(null);
      try {
        if (!found) return setFound(await post("/api/bulk-operations/preview", asked));
        await post("/api/bulk-operations", { ...asked, reason });
        announce(t`It is under way.`);
        onBegun();
      } catch (error) {
        if (error instanceof ApiError) setProblem(error.message);
        else report(error);
      }
    });
  }

  const options = [
    { value: "", label: t`Of every kind` },
    ...kinds.map((kind) => ({ value: kind, label: nameOfKind(kind) })),
  ];
  const action = found
    ? t`Do it with ${found.count}${found.isMore ? t` or more` : ""}`
    : t`Look how many`;
  return (
    <Dialog
      title="Bulk actions"
      isDanger={found !== null}
      action={action}
      isBusy={isBusy}
      problem={problem}
      onClose={onClose}
      onAction={act}
    >
      <SelectField label="What" options={ACTS} {...field("act")} />
      <SelectField label="Runs" options={options} {...field("kind")} />
      {found && <Found found={found} />}
      {found && (
        <TextField label="Reason" maxLength={500} hint="Kept in the audit." {...field("reason")} />
      )}
    </Dialog>
  );
}

/**
 * What is asked of the Worker. What stands still does so in several statuses, also with its
 * result.
 */
function orderOf(choice: string, kind: string) {
  const ofKind = kind ? { kind } : {};
  if (choice === STANDING) return { act: "resume" as Act, filter: { ...ofKind, unresolved: true } };
  return { act: choice as Act, filter: ofKind };
}

function Found({ found: { count, isMore, sample } }: { found: BulkPreview }) {
  const runs = sample as RunSummary[];
  return (
    <>
      <p role="status">
        {count === 0
          ? t`There is none.`
          : t`${count}${isMore ? t` or more` : ""}; the newest of them:`}
      </p>
      <ul class="ask-list">
        {runs.map((run) => (
          <li key={run.id}>
            <a href={`/runs/${run.id}`}>{nameOfRun(run)}</a>: {run.message}
          </li>
        ))}
      </ul>
    </>
  );
}
