// @ts-check
/** Jobs of the cron that are overdue, or a cron that stands still, for whoever looks after the deployment: nothing is shown while none is. */

import { get } from "../api/client.js";
import { Moment } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { JobStanding } from "../api/types.js" */

export function OverdueJobs() {
  const { answer, problem, again } = useRequest((signal) => get("/api/jobs", { signal }), []);
  const since = answer?.cronStandsSince;
  if (since) return html`<p role="alert">The cron has not run since <${Moment} at=${since} />: nothing happens by itself, and no alert comes.</p>`;
  const late = (answer?.items ?? []).filter(({ isOverdue }) => isOverdue);
  if (problem || late.length === 0) return html`<${Waiting} problem=${problem} isLoading=${false} onAgain=${again} />`;
  return html`
    <section aria-labelledby="overdue-jobs">
      <div class="section-head">
        <h2 id="overdue-jobs">Overdue jobs</h2>
        <button type="button" class="button small" onClick=${again}>Refresh</button>
      </div>
      <p>Their work is left undone, for all accounts. The log says where one fails.</p>
      <ul class="lines is-wrapped" aria-labelledby="overdue-jobs">${late.map(line)}</ul>
    </section>
  `;
}

/** @param {JobStanding} job */
function line({ name, dueAt, endedAt, error }) {
  const why = error ? t`it fails with ${error}` : t`it has had no turn since`;
  return html`
    <li key=${name} class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">Due <${Moment} at=${dueAt} />: ${why}. Last turn: ${endedAt ? html`<${Moment} at=${endedAt} />` : t`none yet`}.</span>
      </div>
    </li>
  `;
}
