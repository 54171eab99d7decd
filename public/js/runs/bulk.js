// @ts-check
/** What is done with all runs that a filter finds: asked for after a look at how many, and how far each is. */

import { useState } from "preact/hooks";

import { ApiError, get, onceOnly, post } from "../api/client.js";
import { nameOfKind, nameOfRun } from "../kinds.js";
import { announce } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { Moment } from "../parts/values.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { RunSummary } from "../api.js" */
/** @import { BulkOperation, BulkPreview } from "../api/types.js" */

/** @typedef {"retry" | "abandon" | "cancel" | "resume"} Act */

const STANDING = "standing";
const ACTS = [
  { value: "retry", label: t`Retry what has failed` },
  { value: "abandon", label: t`Give up what has failed` },
  { value: "cancel", label: t`Stop what is under way` },
  { value: STANDING, label: t`Resume all that stands still` },
  { value: "resume", label: t`Resume what is paused` },
];
/** @type {Record<string, string>} */
const DONE = { retry: t`Retried`, abandon: t`Given up`, cancel: t`Asked to stop`, resume: t`Resumed` };
const SHOWN = 5;
const SHORTEST_REASON = 3;

/**
 * The newest, each with how far it is.
 *
 * @param {{ times: number }} props `times`: how often one was begun here, so that they are asked for anew
 */
export function BulkOperations({ times }) {
  const { answer, again } = useRequest((signal) => get("/api/bulk-operations", { query: { limit: SHOWN }, signal }), [times]);
  const items = answer?.items ?? [];
  if (items.length === 0) return null;
  return html`
    <section aria-labelledby="bulk-operations">
      <div class="section-head">
        <h2 id="bulk-operations">Done with many</h2>
        <button type="button" class="button small" onClick=${again}>Refresh</button>
      </div>
      <ul class="lines" aria-label="Done with many">
        ${items.map((item) => html`<${Line} key=${item.id} item=${item} />`)}
      </ul>
    </section>
  `;
}

/** @param {{ item: BulkOperation }} props */
function Line({ item }) {
  const [isShown, show] = useState(false);
  const looked = item.done + item.leftOut;
  return html`
    <li class="line export-line">
      <div class="line-text">
        <span class="line-title">${DONE[item.act]}: ${item.done} of ${item.found}</span>
        <span class="line-note">${standing(item)} · ${item.reason} · <${Moment} at=${item.createdAt} /></span>
        ${!item.finishedAt &&
        html`<progress aria-label=${t`${DONE[item.act]} so far`} max=${Math.max(item.found, looked, 1)} value=${looked}></progress>`}
        <span class="line-actions">
          <a class="button small" href=${`/runs/${item.runId}`}>Open the run</a>
          ${item.leftOut > 0 &&
          html`<button type="button" class="button small" onClick=${() => show(true)}>${item.leftOut} left out …</button>`}
        </span>
        ${isShown && html`<${LeftOut} item=${item} onClose=${() => show(false)} />`}
      </div>
    </li>
  `;
}

/** @param {BulkOperation} item */
function standing({ inLine, status }) {
  if (inLine) return t`In line behind another`;
  /** @type {Record<string, string>} */
  const words = { processing: t`Under way`, complete: t`Finished`, failed: t`Stopped by a failure`, cancelled: t`Stopped` };
  return words[status] ?? status;
}

/** @param {{ item: BulkOperation, onClose: () => void }} props */
function LeftOut({ item, onClose }) {
  const { answer, problem } = useRequest(
    (signal) => get("/api/bulk-operations/{operation_id}/left-out", { path: { operation_id: item.id }, query: { limit: 100 }, signal }),
    [item.id],
  );
  return html`
    <${Dialog} title="Left as they were" problem=${problem} onClose=${onClose}>
      <ul class="ask-list">
        ${answer?.items.map(({ runId, reason }) => html`<li key=${runId}><a href=${`/runs/${runId}`}>${runId}</a>: ${reason}</li>`)}
      </ul>
      ${answer?.nextCursor && html`<p class="quiet">These are the newest 100.</p>`}
    <//>
  `;
}

/** @param {{ kinds: string[], onClose: () => void, onBegun: () => void }} props */
export function BulkDialog({ kinds, onClose, onBegun }) {
  const [values, setValues] = useState({ act: "retry", kind: "", reason: "" });
  const [found, setFound] = useState(/** @type {BulkPreview | null} */ (null));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const field = (/** @type {keyof typeof values} */ key) => ({
    value: values[key],
    onValue: (/** @type {string} */ value) => {
      setValues({ ...values, [key]: value });
      if (key !== "reason") setFound(null);
    },
  });

  async function act() {
    const asked = orderOf(values.act, values.kind);
    const reason = values.reason.trim();
    if (found && reason.length < SHORTEST_REASON) return setProblem(t`Write a reason: it is kept in the audit.`);
    setBusy(true);
    setProblem(null);
    try {
      if (!found) return setFound(await post("/api/bulk-operations/preview", asked));
      await post("/api/bulk-operations", { ...asked, reason }, { headers: onceOnly() });
      announce(t`It is under way.`);
      onBegun();
    } catch (error) {
      if (error instanceof ApiError) setProblem(error.message);
      else report(error);
    } finally {
      setBusy(false);
    }
  }

  const options = [{ value: "", label: t`Of every kind` }, ...kinds.map((kind) => ({ value: kind, label: nameOfKind(kind) }))];
  const action = found ? t`Do it with ${found.count}${found.isMore ? t` or more` : ""}` : t`Look how many`;
  return html`
    <${Dialog} title="Bulk actions" isDanger=${found !== null} ...${{ action, isBusy, problem, onClose, onAction: act }}>
      <${SelectField} label="What" options=${ACTS} ...${field("act")} />
      <${SelectField} label="Runs" options=${options} ...${field("kind")} />
      ${found && html`<${Found} found=${found} />`}
      ${found && html`<${TextField} label="Reason" maxLength=${500} hint="Kept in the audit." ...${field("reason")} />`}
    <//>
  `;
}

/**
 * What is asked of the Worker. What stands still does so in several statuses, also with its result.
 *
 * @param {string} choice @param {string} kind
 */
function orderOf(choice, kind) {
  const ofKind = kind ? { kind } : {};
  if (choice === STANDING) return { act: /** @type {Act} */ ("resume"), filter: { ...ofKind, unresolved: true } };
  return { act: /** @type {Act} */ (choice), filter: ofKind };
}

/** @param {{ found: BulkPreview }} props */
function Found({ found: { count, isMore, sample } }) {
  const runs = /** @type {RunSummary[]} */ (sample);
  return html`
    <p role="status">${count === 0 ? t`There is none.` : t`${count}${isMore ? t` or more` : ""}; the newest of them:`}</p>
    <ul class="ask-list">
      ${runs.map((run) => html`<li key=${run.id}><a href=${`/runs/${run.id}`}>${nameOfRun(run)}</a>: ${run.message}</li>`)}
    </ul>
  `;
}
