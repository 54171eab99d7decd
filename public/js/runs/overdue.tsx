/**
 * Jobs of the cron that are overdue, or a cron that stands still, for whoever looks after the
 * deployment: nothing is shown while none is.
 */

import { get } from "../api/client.ts";
import { Moment } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import type { JobStanding } from "../api/types.d.ts";

export function OverdueJobs() {
  const { answer, problem, again } = useRequest((signal) => get("/api/jobs", { signal }), []);
  const since = answer?.cronStandsSince;
  if (since)
    return (
      <p role="alert">
        The cron has not run since <Moment at={since} />: nothing happens by itself, and no alert
        comes.
      </p>
    );
  const late = (answer?.items ?? []).filter(({ isOverdue }) => isOverdue);
  if (problem || late.length === 0)
    return <Waiting problem={problem} isLoading={false} onAgain={again} />;
  return (
    <section aria-labelledby="overdue-jobs">
      <div class="section-head">
        <h2 id="overdue-jobs">Overdue jobs</h2>
        <button type="button" class="button small" onClick={again}>
          Refresh
        </button>
      </div>
      <p>Their work is left undone, for all accounts. The log says where one fails.</p>
      <ul class="lines is-wrapped" aria-labelledby="overdue-jobs">
        {late.map(line)}
      </ul>
    </section>
  );
}

function line({ name, database, dueAt, endedAt, error }: JobStanding) {
  const why = error ? t`it fails with ${error}` : t`it has had no turn since`;
  return (
    <li key={`${database} ${name}`} class="line">
      <div class="line-text">
        <span class="line-title">
          {name}
          {database !== "DB" && ` · ${database}`}
        </span>
        <span class="line-note">
          Due <Moment at={dueAt} />: {why}. Last turn:{" "}
          {endedAt ? <Moment at={endedAt} /> : t`none yet`}.
        </span>
      </div>
    </li>
  );
}
