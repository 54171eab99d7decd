/** What operators must hear of: what is wrong, since when, what to do, and where. */

import { get } from "../api/client.ts";
import { PagedList } from "../parts/list.tsx";
import { Moment } from "../parts/values.tsx";
import { Empty, View } from "../parts/view.tsx";
import { usePages } from "../state/request.ts";
import { t } from "../words.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { Alert } from "../api/types.d.ts";

const PAGE = 50;

/** What to do first, by the rule of an alert. */
const ADVICE: Record<string, string> = {
  run_failed: t`Open the run and mend the cause. Then retry: if several failed, by a bulk action on the page Runs.`,
  items_failed: t`Open the run, see which items failed, and mend the cause. A restart does them again, and no others.`,
  run_escalated: t`Open the run and do only what it says is safe.`,
  run_not_undone: t`Open the run, see what must not be repeated, and retry it: that undoes what stands.`,
  review_overdue: t`Remind the person who has to decide. Nothing is lost meanwhile.`,
  delivery_given_up: t`Mend the receiver, then send the event again from the run.`,
  delivery_failing: t`Mend the receiver. The events then go out by themselves.`,
  ai_budget: t`Raise the daily budget if it is too small. Receipts wait for a person until then.`,
  model_failing: t`Wait, or set another model. The log says why its calls failed.`,
  seal_missing: t`Look in the log for cron.failed and audit. Then verify the audit.`,
  seal_failing: t`Verify the audit. What it finds is evidence: change nothing before it is kept.`,
  sweep_stopped: t`Is this the right database, and did somebody go back in time? Nothing is deleted until you decide.`,
  archive_failing: t`Delete nothing. Put the file back from a backup, then verify the archive.`,
  reconciliation_manual_review: t`On the page Bank, accept, match or explain what is open, and import what is missing.`,
  bank_disagrees: t`Look at the match that is named, and have the books mended on the page Bank.`,
  views_disagree: t`Compare the month in both views. Export nothing of it before you know which is right.`,
  payments_disagree: t`Compare the payout with the page of the provider or bank. Change nothing
    before you know which is right.`,
  payout_refused: t`Put money where it is paid from, then request the payout anew: nothing of the first was paid.`,
  job_overdue: t`The page Runs shows the job. The log says where it fails.`,
  cron_gap: t`Nothing, once. If it comes back, see why the cron stops.`,
  traces_refused: t`Check OTLP_ENDPOINT and OTLP_HEADERS, and the log of the collector.`,
  database_filling: t`Bind another database. New accounts then go there, and you can move old ones.`,
  secrets_unreadable: t`Put the key back into ENCRYPTION_KEYS. Connect nothing again before you know that it is gone.`,
  error_rate: t`Look at the newest failed runs: they often have one cause. Mend it, then retry by a bulk action.`,
};

/** Where what is wrong can be put right, without a run of its own. */
const PLACES: Record<string, string> = {
  reconciliation_manual_review: "/bank",
  bank_disagrees: "/bank",
  payments_disagree: "/payouts",
  payout_refused: "/payouts",
  job_overdue: "/runs",
  seal_missing: "/audit",
  seal_failing: "/audit",
  ai_budget: "/settings",
};

/** `all`: also those whose cause is over */
export default function Alerts({ query }: ViewProps) {
  const isAll = query.get("all") === "1";
  const pages = usePages(
    (cursor, signal) =>
      get("/api/alerts", { query: { open: !isAll, limit: PAGE, cursor }, signal }),
    [isAll],
  );
  const empty = (
    <Empty icon="check" title={isAll ? t`No alert yet` : t`Nothing is wrong`}>
      <p>Tillroll looks each minute for what needs an operator.</p>
    </Empty>
  );
  return (
    <View title="Alerts">
      <nav class="chips" aria-label="Which alerts">
        <a class="chip" href="/alerts" aria-current={isAll ? undefined : "true"}>
          Open
        </a>
        <a class="chip" href="/alerts?all=1" aria-current={isAll ? "true" : undefined}>
          All
        </a>
      </nav>
      <PagedList pages={pages} label="Alerts" row={line} empty={empty} />
    </View>
  );
}

function line({ id, database, rule, sentence, count, link, openedAt, closedAt }: Alert) {
  const place = link ? new URL(link, location.href).pathname : PLACES[rule];
  return (
    <li key={id} class="line">
      <div class="line-text">
        <span class="line-title">{sentence}</span>
        {ADVICE[rule] && <span>{ADVICE[rule]}</span>}
        <span class="line-note">
          Since <Moment at={openedAt} />
          {count > 1 && t` · ${count} times`}
          {database !== "DB" && ` · ${database}`}
          {closedAt && (
            <>
              {" "}
              · over since <Moment at={closedAt} />
            </>
          )}
        </span>
      </div>
      <span class="pill" data-status={closedAt ? "complete" : "failed"}>
        {closedAt ? t`Over` : t`Open`}
      </span>
      {place && (
        <a class="button small" href={place}>
          Look at it
        </a>
      )}
    </li>
  );
}
