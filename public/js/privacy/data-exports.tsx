/**
 * Taking data along: one's own, and for an owner the account's. It is asked for, gathered, and
 * fetched for a week.
 */

import { useEffect } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { DataExportStatus } from "../api/types.d.ts";

const LOOK_AGAIN_MS = 3000;
const WHOSE = { person: t`My data`, account: t`The account's data`, receipt: t`A receipt` };
const STATUS = {
  making: t`is being gathered`,
  failed: t`could not be gathered`,
  stopped: t`was stopped`,
  ready: t`ready`,
  expired: t`was deleted, its week is over`,
};

export function DataExports() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/data-exports", { signal }),
    [],
  );
  const own = useAct(async () => {
    await post("/api/data-exports", null);
    again();
  });
  const accounts = useAct(async () => {
    await post("/api/account/data-export", null);
    again();
  });
  const isMade = answer?.items.some((each) => each.status === "making") ?? false;
  useEffect(() => {
    if (!isMade) return undefined;
    const timer = setInterval(again, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isMade]);
  const refused = own.problem ?? accounts.problem;
  return (
    <>
      <p>
        All that is kept of you, or of the account, as tables and documents in a ZIP. For a week you
        can download yours, and owners the account's; then it is deleted. Keys and codes are not in
        it.
      </p>
      <Problem>{refused}</Problem>
      <p class="form-buttons">
        {may("read") && (
          <button type="button" class="button" disabled={own.isBusy} onClick={own.act}>
            Gather my data
          </button>
        )}
        {may("administer") && (
          <button type="button" class="button" disabled={accounts.isBusy} onClick={accounts.act}>
            Gather the account's data
          </button>
        )}
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && answer.items.length > 0 && (
        <ul class="lines" aria-live="polite">
          {answer.items.map((each) => (
            <One key={each.id} dataExport={each} again={each.what === "account" ? accounts : own} />
          ))}
        </ul>
      )}
    </>
  );
}

function One({
  dataExport,
  again,
}: {
  dataExport: DataExportStatus;
  again: { isBusy: boolean; act: () => void };
}) {
  const { what, status, requestedAt, expiresAt, runId, files } = dataExport;
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{WHOSE[what]}</span>
        <span class="line-note">
          asked for on <Day day={requestedAt.slice(0, 10)} /> · {STATUS[status]}
          {status === "ready" && expiresAt && (
            <>
              {" "}
              until <Day day={expiresAt.slice(0, 10)} />
            </>
          )}{" "}
          ·{" "}
          <a href={`/runs/${runId}`} aria-label={t`${WHOSE[what]}: history`}>
            History
          </a>
          {status === "failed" && (
            <>
              {" "}
              says why
              {may("administer") && t`, and goes on where it stopped when it is retried there`}.
              Gathered again, it is made anew.
            </>
          )}
        </span>
        {status === "failed" && (
          <span class="line-actions">
            <button
              type="button"
              class="button small"
              disabled={again.isBusy}
              onClick={again.act}
              aria-label={t`Gather again: ${WHOSE[what]}`}
            >
              Gather again
            </button>
          </span>
        )}
        {files.length > 0 && (
          <span class="line-actions">
            {files.map((file) => (
              <a
                key={file.number}
                class="button small"
                href={file.url}
                download
                aria-label={t`Download ${WHOSE[what]}, file ${file.number}`}
              >
                {files.length === 1 ? t`Download` : t`Download ${file.number} of ${files.length}`}
              </a>
            ))}
          </span>
        )}
      </div>
    </li>
  );
}
