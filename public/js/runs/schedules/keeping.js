// @ts-check
/** What can be done with one schedule, wherever it is shown: run now, paused, deleted; and what became of its times. */

import { del, get, onceOnly, patch, post } from "../../api/client.js";
import { moment } from "../../format.js";
import { STATUS_LABELS } from "../../labels.js";
import { Dialog } from "../../parts/dialog.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { html, t } from "../../words.js";

/** @import { Kind, LastTick, Permission, Schedule } from "../../api/types.js" */

/**
 * @param {string | null} permission that the kind names; null where it is not known yet
 * @param {boolean} [isOfAll] it begins runs of all accounts
 */
export function mayKeep(permission, isOfAll = false) {
  if (permission === null || !may("operate") || !may(/** @type {Permission} */ (permission))) return false;
  return !isOfAll || may("deployment");
}

/**
 * Whoever may keep it may delete it; one whose kind is not deployed any more, whoever may operate.
 *
 * @param {Schedule} shown
 * @param {Kind[]} kinds that are deployed
 */
export function mayDelete({ kind, forAllAccounts }, kinds) {
  const permission = kinds.find((each) => each.kind === kind)?.schedule?.permission ?? "operate";
  return kinds.length > 0 && mayKeep(permission, forAllAccounts);
}

/** @param {Schedule} shown */
export function runNow({ id }) {
  return post("/api/schedules/{schedule_id}/run", null, { path: { schedule_id: id }, headers: onceOnly() });
}

/** @param {Schedule} shown */
export function pauseOrResume({ id, paused }) {
  return patch("/api/schedules/{schedule_id}", { paused: !paused }, { path: { schedule_id: id } });
}

/** @param {LastTick} tick */
export function became({ tick, reason, runId, runStatus }) {
  if (reason) return `${moment(tick)}: ${reason}`;
  const status = /** @type {keyof typeof STATUS_LABELS} */ (runStatus);
  return html`${moment(tick)}: ${runId ? html`<a href=${`/runs/${runId}`}>${STATUS_LABELS[status] ?? runStatus}</a>` : "begun"}`;
}

/** @param {{ shown: Schedule, onClose: () => void, onDone: () => void }} props */
export function DeleteSchedule({ shown, onClose, onDone }) {
  const remove = () => del("/api/schedules/{schedule_id}", { path: { schedule_id: shown.id } }).then(onDone, report);
  return html`
    <${Dialog} title=${t`Delete ${shown.name}`} action="Delete it" isDanger onClose=${onClose} onAction=${remove}>
      <p>What it has begun stays.</p>
    <//>
  `;
}

/** @param {{ shown: Schedule, onClose: () => void }} props */
export function ScheduleHistory({ shown, onClose }) {
  const { answer, problem } = useRequest(
    (signal) => get("/api/schedules/{schedule_id}/ticks", { path: { schedule_id: shown.id }, signal }),
    [shown.id],
  );
  return html`
    <${Dialog} title=${t`History of ${shown.name}`} problem=${problem} onClose=${onClose}>
      ${answer?.items.length === 0 && html`<p>It was not due yet.</p>`}
      <ul class="ask-list" aria-label="History">
        ${answer?.items.map((tick) => html`<li key=${`${tick.tick} ${tick.runId}`}>${became(tick)}</li>`)}
      </ul>
    <//>
  `;
}
