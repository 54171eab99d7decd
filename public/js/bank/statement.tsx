/** One file of a bank: what is in it, what did not fit, and what a person decides on it. */

import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { counted, fileSize } from "../format.ts";
import { RejectPanel, rejection } from "../runs/run/review/parts.tsx";
import { followRun } from "../runs/run/follow.ts";
import { Icon, Spinner } from "../parts/icon.tsx";
import { useAct } from "../parts/use-act.ts";
import { Day, Moment } from "../parts/values.tsx";
import { SelectField } from "../parts/fields.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { Create } from "./accounts.tsx";
import { Breaks } from "./breaks.tsx";
import { importMoved, stored } from "./imports.ts";
import { MappingForm } from "./mapping-form.tsx";
import { UndoImportDialog } from "./reason-dialog.tsx";
import { STATUSES } from "./statements.tsx";
import { UnclosedSums } from "./unclosed.tsx";
import { amount } from "./words.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { Run } from "../api.ts";
import type { BankAccount, BankStatementDetail, Misfit, Section } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { Proposed } from "./mapping-form.tsx";
import type { Unclosed } from "./unclosed.tsx";

export default function Statement({ params: { id = "" } }: ViewProps) {
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/bank/statements/{statement_id}", { path: { statement_id: id }, signal }),
    [id],
  );
  const [run, setRun] = useState<Run | null>(null);
  const [times, setTimes] = useState(0);
  const runId = answer?.runId;
  const known = useRef(answer?.status);
  known.current ??= answer?.status;
  useEffect(() => {
    if (!runId) return undefined;
    const following = new AbortController();
    followRun(runId, following.signal, (fresh) => {
      setRun(fresh);
      if (fresh.status === known.current) return;
      // What it has read, stored or refused is new with it.
      known.current = fresh.status;
      importMoved(id, fresh);
      again();
      if (fresh.status === "complete" || fresh.status === "cancelled") stored.value += 1;
    }).catch(report);
    return () => following.abort();
  }, [runId, times]);
  const own = accounts.answer?.items ?? [];
  return (
    <View
      title={answer?.fileName ?? t`Bank statement`}
      actions={
        <>
          <a class="button" href="/bank/statements">
            All statements
          </a>{" "}
          <a class="button" href="/bank">
            Entries
          </a>
        </>
      }
    >
      <Waiting
        problem={problem ?? accounts.problem}
        isLoading={(isLoading && !answer) || (accounts.isLoading && !accounts.answer)}
        onAgain={() => {
          again();
          accounts.again();
        }}
      />
      {answer && accounts.answer && (
        <>
          <Head
            statement={answer}
            run={run}
            onUndone={() => {
              again();
              setTimes(times + 1);
            }}
          />
          {run?.status === "needs_review" && run.review && !run.review.decision && (
            <Review
              key={run.review.id}
              run={run}
              accounts={own}
              onDecided={() => setTimes(times + 1)}
              onAccount={accounts.again}
            />
          )}
          {run?.status !== "needs_review" && <Misfits misfits={answer.misfits} />}
          <Sections sections={answer.sections} accounts={own} />
          <Breaks breaks={answer.breaks} accounts={own} />
        </>
      )}
    </View>
  );
}

function Head({
  statement,
  run,
  onUndone,
}: {
  statement: BankStatementDetail;
  run: Run | null;
  onUndone: () => void;
}) {
  const [isUndoing, setUndoing] = useState(false);
  const {
    undoable,
    undoneBecause,
    status,
    format,
    entries,
    added,
    known,
    booked,
    size,
    createdAt,
    runId,
    source,
  } = statement;
  const now = run?.status ?? status;
  const onUndo = async (reason: string) => {
    await post(
      "/api/bank/statements/{statement_id}/undo",
      { reason },
      { path: { statement_id: statement.id } },
    );
    setUndoing(false);
    onUndone();
  };
  const came = { upload: t`uploaded`, mail: t`came by mail`, fetch: t`fetched` }[source];
  return (
    <section class="card" aria-label="What it came to">
      <p>
        <span class="pill" data-status={now}>
          {STATUSES[now] ?? now}
        </span>{" "}
        {now === "processing" && <Spinner />}{" "}
        <span role="status">{now === "needs_review" ? "" : run?.message}</span>
      </p>
      <p class="quiet bank-facts">
        {[
          format?.toUpperCase().replace("_", "."),
          entries !== null && counted(entries, "entry", "entries"),
          now === "complete" && t`${added} new`,
          known > 0 && t`${known} known already`,
          booked > 0 && t`${booked} pending before`,
          fileSize(size),
        ]
          .filter(Boolean)
          .join(" · ")}
        {" · "}
        {came} <Moment at={createdAt} /> · <a href={`/runs/${runId}`}>What happened</a>
      </p>
      {undoneBecause !== null && <p class="quiet">The import was undone: {undoneBecause}</p>}
      {undoable && now === "complete" && may("book") && (
        <p class="form-buttons">
          <button type="button" class="button" onClick={() => setUndoing(true)}>
            Undo this import…
          </button>
        </p>
      )}
      {undoable && isUndoing && (
        <UndoImportDialog undoable={undoable} onUndo={onUndo} onClose={() => setUndoing(false)} />
      )}
    </section>
  );
}

function Misfits({ misfits }: { misfits: Misfit[] }) {
  if (misfits.length === 0) return null;
  return (
    <section class="card" aria-labelledby="misfits-title">
      <h2 id="misfits-title">Please note</h2>
      <ul class="bank-misfits">
        {misfits.map((each, at) => (
          <li key={at}>
            <Icon name="alert" />
            <span>
              {placeOf(each)}
              {each.says}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** @returns "Statement 2, line 14, entry 3: " */
function placeOf({ section = null, line = null, entry = null }: Misfit): string {
  const place = [
    section !== null && section > 1 && t`statement ${section}`,
    line !== null && t`line ${line}`,
    entry !== null && t`entry ${entry}`,
  ]
    .filter(Boolean)
    .join(", ");
  return place ? `${place.charAt(0).toUpperCase()}${place.slice(1)}: ` : "";
}

function Sections({ sections, accounts }: { sections: Section[]; accounts: BankAccount[] }) {
  if (sections.length === 0) return null;
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  return (
    <section aria-labelledby="sections-title">
      <h2 id="sections-title">Contents</h2>
      <ul class="lines is-wrapped" aria-label="Statements in the file">
        {sections.map(
          ({
            number,
            bankAccountId,
            currency,
            sequence,
            page,
            firstDay,
            lastDay,
            opening,
            closing,
            sum,
            entries,
          }) => (
            <li key={number} class="line">
              <div class="line-text">
                <span class="line-title">
                  {names.get(bankAccountId) ?? t`Bank account`}
                  {sequence !== null && t`, number ${sequence}`}
                  {page !== null && t`, page ${page}`}
                </span>
                <span class="line-note">
                  <Day day={firstDay} /> to <Day day={lastDay} /> ·{" "}
                  {counted(entries, "entry", "entries")} ·{" "}
                  {sum === "closes"
                    ? t`opening and entries give the closing balance`
                    : t`no balances to check it by`}
                </span>
                <span class="line-amount">
                  {opening !== null && closing !== null
                    ? `${amount(opening, currency)} → ${amount(closing, currency)}`
                    : ""}
                </span>
              </div>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

function Review({
  run,
  accounts,
  onDecided,
  onAccount,
}: {
  run: Run;
  accounts: BankAccount[];
  onDecided: () => void;
  onAccount: () => void;
}) {
  const { reason, sentences } = run.review as NonNullable<Run["review"]>;
  const proposed = (run.review?.proposed ?? {}) as unknown as Proposed & {
    misfits: Misfit[];
    unclosed?: Unclosed[];
    turned?: { section: number; position: number }[];
    account?: { number: string | null; currency: string } | null;
  };
  const unclosed = reason === "sums_differ" ? (proposed.unclosed ?? []) : [];
  const turned = reason === "sums_differ" ? (proposed.turned ?? []) : [];
  const active = accounts.filter(({ archivedAt }) => !archivedAt);
  const fitting = active.filter(
    ({ currency }) => !proposed.account || currency === proposed.account.currency,
  );
  const [account, choose] = useState("");
  // Of the number that the file names: it finds it itself, and so it does others that it names.
  const [created, setCreated] = useState("");
  const [isRejecting, setRejecting] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const [comment, setComment] = useState("");
  const decide = async (body: Record<string, unknown>) => {
    await post("/api/runs/{run_id}/review", body as any, {
      path: { run_id: run.id },
    });
    onDecided();
  };
  const approving = useAct(() =>
    decide({
      decision: "approve",
      ...(account && account !== created ? { values: { account } } : {}),
    }),
  );
  const keeping = useAct(() => decide({ decision: "approve", values: { overlap: "apart" } }));
  const rejecting = useAct(() => decide(rejection(comment)));
  const problem = approving.problem ?? keeping.problem ?? rejecting.problem;
  return (
    <section
      class="card bank-review"
      aria-labelledby="review-title"
      inert={approving.isBusy || keeping.isBusy || rejecting.isBusy}
    >
      <h2 id="review-title">{TITLES[reason] ?? t`Decide on this`}</h2>
      {turned.length > 0 && (
        <p>
          The balances prove the other sign of {counted(turned.length, "entry", "entries")}:{" "}
          {turned
            .map(({ section, position }) =>
              section > 1 ? t`statement ${section}, entry ${position}` : t`entry ${position}`,
            )
            .join("; ")}
          .
        </p>
      )}
      {reason === "sums_differ"
        ? turned.length === 0 && (
            <p>Nothing was booked. Discard the file, and ask the bank for it again.</p>
          )
        : sentences.map((each) => <p key={each}>{each}</p>)}
      {unclosed.length > 0 && <UnclosedSums unclosed={unclosed} />}
      {reason !== "mapping_needed" && unclosed.length === 0 && (
        <ul class="bank-misfits">
          {(proposed.misfits ?? []).map((each, at) => (
            <li key={at}>
              <Icon name="alert" />
              <span>
                {placeOf(each)}
                {each.says}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Problem>{problem}</Problem>
      {!may("book") && <p class="quiet">It waits for somebody with the permission to book.</p>}
      {may("book") && reason === "mapping_needed" && proposed.mapping && (
        <MappingForm
          proposed={proposed}
          onApprove={(mapping: unknown) => decide({ decision: "approve", values: { mapping } })}
          onEncoding={(encoding: string) => decide({ decision: "approve", values: { encoding } })}
        />
      )}
      {may("book") && reason === "mapping_needed" && !proposed.mapping && (
        <p class="form-problem">{proposed.says}</p>
      )}
      {may("book") &&
        (isRejecting ? (
          <RejectPanel
            label="Discard the file"
            comment={comment}
            onComment={setComment}
            onReject={rejecting.act}
            onKeep={() => setRejecting(false)}
          />
        ) : (
          <>
            {(reason === "account_unknown" || reason === "other_account") && fitting.length > 0 && (
              <div class="bank-account-choice">
                <SelectField
                  label="Bank account"
                  value={account}
                  options={[
                    {
                      value: "",
                      label: reason === "other_account" ? t`As it was sent` : t`Choose it`,
                    },
                    ...fitting.map(({ id, name, number }) => ({
                      value: id,
                      label: number ? `${name}, ${number}` : name,
                    })),
                  ]}
                  onValue={choose}
                />
              </div>
            )}
            <p class="form-buttons">
              {reason === "account_unknown" && (
                <>
                  {fitting.length > 0 && (
                    <button
                      type="button"
                      class={account ? "button primary" : "button"}
                      disabled={!account}
                      onClick={approving.act}
                    >
                      Read it for this account
                    </button>
                  )}{" "}
                  <button
                    type="button"
                    class={account ? "button" : "button primary"}
                    onClick={() => setCreating(true)}
                  >
                    Create the account…
                  </button>
                </>
              )}
              {reason === "other_account" && (
                <button
                  type="button"
                  class={account ? "button primary" : "button"}
                  onClick={approving.act}
                >
                  {account ? t`Read for another account` : t`It is the right account`}
                </button>
              )}
              {turned.length > 0 && (
                <button type="button" class="button primary" onClick={approving.act}>
                  Book with the other sign
                </button>
              )}
              {reason === "corrected" && (
                <button type="button" class="button primary" onClick={approving.act}>
                  Approve what the bank corrects
                </button>
              )}
              {reason === "overlap_unproven" && (
                <>
                  <button type="button" class="button primary" onClick={approving.act}>
                    They are the same
                  </button>{" "}
                  <button type="button" class="button" onClick={keeping.act}>
                    They are others
                  </button>
                </>
              )}
              <button
                type="button"
                class={
                  reason === "sums_differ" && turned.length === 0 ? "button primary" : "button"
                }
                onClick={() => setRejecting(true)}
              >
                Discard the file…
              </button>
            </p>
          </>
        ))}
      {isCreating && (
        <Create
          named={proposed.account ?? null}
          onClose={() => setCreating(false)}
          onDone={({ id, number }: BankAccount) => {
            choose(id);
            setCreated(number ? id : "");
            onAccount();
          }}
        />
      )}
    </section>
  );
}

const TITLES: Record<string, string> = {
  mapping_needed: t`Which column is what?`,
  account_unknown: t`Of which bank account is it?`,
  sums_differ: t`The sums do not close`,
  other_account: t`Is it of the right bank account?`,
  corrected: t`The bank corrects entries`,
  overlap_unproven: t`Are these entries stored already?`,
};
