/**
 * Before many expenses are changed: what is to be done, how many that is, which, and which stay
 * and why.
 */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../shell/views/expenses.ts";

import { useEffect, useState } from "preact/hooks";

import { ApiError, post } from "../../api/client.ts";
import { choices, loadChoices, optionsOf } from "../../clients/choices.ts";
import { ClientField } from "../../clients/client-field.tsx";
import { counted, withDays } from "../../format.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { Day, Money } from "../../parts/values.tsx";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { payers } from "../../values/payers.ts";
import { categories } from "../categories.ts";
import { CategoryField } from "../category-field.tsx";
import { nameMeant } from "../../values/name-meant.ts";
import { GIVEN } from "../declared.ts";
import { Uncategorised } from "../approval/uncategorised.tsx";
import { reopen } from "./reopen.ts";
import { t } from "../../words.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ActPreview, ActSummary, ChosenRequest } from "../../api/types.d.ts";
import type { ListAct } from "./acts.ts";
import type { Which } from "./which.ts";

const BILLABLE = [
  { value: "yes", label: t`Billable to the client` },
  { value: "no", label: t`Not billable` },
];
const NOBODY = { id: null, name: null };

// While it is typed, nothing is asked for with each letter.
const PAUSE_MS = 300;

export function ActDialog({
  act,
  which,
  onClose,
  onBegun,
}: {
  act: ListAct;
  which: Which;
  onClose: () => void;
  onBegun: (shape: ActSummary) => void;
}) {
  const [typed, setTyped] = useState({
    category: "",
    hasNone: "",
    add: "",
    remove: "",
    client: "",
    project: "",
    paidBy: "company",
    billable: "yes",
    note: "",
    costCenter: "",
    reason: "",
  });
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, whileBusy] = useBusy();
  const { name: category, several } = nameMeant(typed.category, categories.value);
  const values = valuesOf(act, { ...typed, category });
  const body = { kind: act.kind, ...which, ...values } as ChosenRequest;
  // The reason is asked for when it is done; which expenses these are does not depend on it.
  const tries = act.asks === "reason" ? { ...body, reason: "–" } : body;
  const text = JSON.stringify(tries);
  const request = useRequest(
    async (signal) => ({ text, preview: await tried(tries, act, signal) }),
    [text],
  );
  const answer = request.answer?.preview ?? null;
  // A key is faster than the request that begins with the next frame.
  const isCounted = request.answer?.text === text;
  const isLoading = request.isLoading || (!isCounted && !request.problem);
  // Of tags and reasons that are missing, the answer says so.
  const hasChanges =
    answer && !isLoading
      ? answer.changes > 0 || !answer.isWhole
      : act.asks === "tags" || act.asks === "reason";
  const isReady = hasChanges && several.length === 0;
  useEffect(() => void (act.asks === "project" && loadChoices()), []);
  const field = (name: keyof typeof typed) => ({
    value: typed[name],
    onValue: (value: string) => {
      setTyped({ ...typed, [name]: value });
      setProblems({});
    },
    problem: problems[name] ?? null,
  });
  const reopenable = may("approve") ? (answer?.reopenable ?? []) : [];
  async function reopenAndBegin() {
    return whileBusy(async () => {
      try {
        await reopen(reopenable);
      } catch (error) {
        report(error);
        return;
      }
      await begin();
    });
  }
  async function begin() {
    return whileBusy(async () => {
      try {
        // A decision is of what the preview looked at.
        const isDecision = act.kind === "approve" || act.kind === "send_back";
        const seen = isDecision && "filter" in which ? { seenAt: answer?.seenAt ?? null } : {};
        onBegun(await post("/api/acts", { ...body, ...seen }));
      } catch (error) {
        const known = error instanceof ApiError ? error.fieldErrors : [];
        if (known.length > 0)
          setProblems(
            Object.fromEntries(
              known.map(({ field: name, message }) => [name.split(".")[0], message]),
            ),
          );
        else report(error);
      }
    });
  }
  const problem = problems.ids ?? problems.filter ?? null;
  return (
    <Dialog
      title={act.title}
      action={act.action}
      isDanger={act.isDanger}
      isBusy={isBusy}
      isReady={isReady}
      isWaiting={isLoading && act.asks !== undefined && several.length === 0}
      problem={problem}
      onClose={onClose}
      onAction={begin}
    >
      {act.asks === "category" && (
        <>
          {!typed.hasNone && <CategoryField label={t`Category`} {...field("category")} />}
          <label class="check">
            <input
              type="checkbox"
              checked={typed.hasNone !== ""}
              onChange={() => field("hasNone").onValue(typed.hasNone ? "" : "yes")}
            />
            <span>None: take away what they have</span>
          </label>
        </>
      )}
      {act.asks === "tags" && (
        <>
          <TextField label="Add tags" hint="Several with commas." {...field("add")} />
          <TextField label="Remove tags" hint="Several with commas." {...field("remove")} />
        </>
      )}
      {act.asks === "client" && <ClientField label={t`Client`} {...field("client")} />}
      {act.asks === "project" && (
        <SelectField
          label="Project"
          options={optionsOf(projects(), t`No project`, NOBODY)}
          {...field("project")}
        />
      )}
      {act.asks === "note" && (
        <TextField
          label="Note"
          hint={t`In place of the notes that they have. Left empty, it takes these away.`}
          maxLength={2000}
          {...field("note")}
        />
      )}
      {act.asks === "costCenter" && (
        <TextField
          label="Cost centre"
          hint={t`In place of those that they have. Left empty, it takes these away.`}
          maxLength={GIVEN.costCenter.longest}
          {...field("costCenter")}
        />
      )}
      {act.asks === "billable" && (
        <SelectField label="Billable" options={BILLABLE} {...field("billable")} />
      )}
      {act.asks === "paidBy" && (
        <SelectField label="Paid by" options={payers()} {...field("paidBy")} />
      )}
      {act.asks === "reason" && <TextField label="Why" maxLength={500} {...field("reason")} />}
      <Preview preview={answer} isLoading={isLoading} />
      {reopenable.length > 0 && act.reopens && (
        <p class="ask-more">
          <button
            type="button"
            class="button"
            disabled={isBusy || isLoading}
            onClick={reopenAndBegin}
          >
            {act.reopens(reopenable.length)}
          </button>
        </p>
      )}
    </Dialog>
  );
}

/** Every project that can be selected, with its client's name. */
function projects() {
  return (choices.value ?? []).flatMap((client) =>
    client.projects.map(({ id, name }) => ({ id, name: `${client.name}: ${name}` })),
  );
}

function Preview({ preview, isLoading }: { preview: ActPreview | null; isLoading: boolean }) {
  if (!preview)
    return (
      <p class="quiet" role="status">
        {isLoading ? t`Looking for what would change …` : ""}
      </p>
    );
  const { changes, endingApprovals, withoutCategory, asAsked, refused, sample, isWhole } = preview;
  return (
    <div class="act-preview" role="status" aria-busy={isLoading}>
      {(changes > 0 || !isWhole) && (
        <p>
          <strong>{t`${counted(changes, "expense")} will be changed.`}</strong>
        </p>
      )}
      {changes === 0 && isWhole && refused.length === 0 && <p>Nothing would change.</p>}
      {!isWhole && <p class="quiet">These are of the first 2,000; the others follow.</p>}
      <Uncategorised count={withoutCategory} />
      {endingApprovals > 0 && (
        <p class="quiet">{counted(endingApprovals, "expense")} will have to be approved again.</p>
      )}
      {asAsked > 0 && <p class="quiet">No change for {counted(asAsked, "expense")}.</p>}
      {sample.length > 0 && (
        <ul class="act-sample">
          {sample.map(({ id, merchant, date, total, currency }) => (
            <li key={id}>
              <span>{merchant}</span> <Day day={date} />{" "}
              <Money amount={total} currency={currency} />
            </li>
          ))}
          {changes > sample.length && <li class="quiet">and {changes - sample.length} more</li>}
        </ul>
      )}
      {refused.map(({ reason, count }) => {
        const expenses = counted(count, "expense");
        const why = withDays(reason);
        const sentence =
          count === 1
            ? t`${expenses} not changed: ${why}`
            : t`${expenses} not changed. For each: ${why}`;
        return (
          <p key={reason} class="quiet">
            {sentence}
          </p>
        );
      })}
    </div>
  );
}

/** @returns null where it cannot be done as it is typed */
async function tried(
  body: ChosenRequest,
  act: ListAct,
  signal: AbortSignal,
): Promise<ActPreview | null> {
  if (act.asks) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  if (signal.aborted) return null;
  if (body.kind === "category" && body.category === "") return null; // nothing is said yet
  try {
    return await post("/api/acts/preview", body, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) return null;
    throw error;
  }
}

function valuesOf(
  { asks }: ListAct,
  {
    category,
    hasNone,
    add,
    remove,
    client,
    project,
    paidBy,
    billable,
    note,
    costCenter,
    reason,
  }: {
    category: string;
    hasNone: string;
    add: string;
    remove: string;
    client: string;
    project: string;
    paidBy: string;
    billable: string;
    note: string;
    costCenter: string;
    reason: string;
  },
) {
  if (asks === "category") return { category: hasNone ? null : category.trim() };
  if (asks === "tags") return { add: listed(add), remove: listed(remove) };
  if (asks === "client") return { clientId: client || null };
  if (asks === "project") return { projectId: project || null };
  if (asks === "note") return { note: note.trim() || null };
  if (asks === "costCenter") return { costCenter: costCenter.trim() || null };
  if (asks === "billable") return { billable: billable === "yes" };
  if (asks === "paidBy") return { paidBy };
  return asks === "reason" ? { reason } : {};
}

function listed(text: string) {
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
}
