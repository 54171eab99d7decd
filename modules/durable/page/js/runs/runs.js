// @ts-check
/** The runs of every kind, newest first: all, or those that want something, and the way to begin one. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { nameOfRun, subjectOf } from "../kinds.js";
import { statusLabel } from "../labels.js";
import { Moment } from "../parts/values.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { go } from "../shell/address.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { Begin } from "./begin.js";
import { useRuns } from "./found.js";
import { OverdueJobs } from "./overdue.js";
import { html, t } from "../words.js";

/** @import { RunSummary } from "../api.js" */
/** @import { ViewProps } from "../shell/routes.js" */
/** @import { Show } from "./found.js" */

/** @type {{ show: Show, label: string, empty: string }[]} */
const TABS = [
  { show: "all", label: t`All`, empty: t`Nothing has run yet` },
  { show: "person", label: t`Needs a person`, empty: t`Nobody is waited for` },
  { show: "failed", label: t`Failed`, empty: t`Nothing has failed` },
  { show: "live", label: t`Under way`, empty: t`Nothing is under way` },
];

/** @param {ViewProps} props */
export default function Runs({ query }) {
  const tab = TABS.find(({ show }) => show === query.get("show")) ?? TABS[0];
  const show = tab?.show ?? "all";
  const kind = query.get("kind") ?? "";
  const kinds = useRequest((signal) => get("/api/workflows", { signal }), []).answer?.items ?? [];
  const [isBeginning, setBeginning] = useState(false);
  const begun = kinds.filter(({ trigger }) => trigger?.may);
  const actions =
    begun.length > 0 && html`<button type="button" class="button primary" onClick=${() => setBeginning(true)}>Begin a run …</button>`;
  const onKind = (/** @type {Event} */ event) => go(addressOf(show, /** @type {HTMLSelectElement} */ (event.target).value), { replace: true });
  return html`
    <${View} title="Runs" actions=${actions}>
      <div class="runs-head">
        <nav class="tabs" aria-label="Which runs">
          ${TABS.map((each) => html`<a key=${each.show} href=${addressOf(each.show, kind)} aria-current=${each.show === show ? "true" : null}>${each.label}</a>`)}
        </nav>
        <label class="runs-kind">
          <span class="visually-hidden">Of which kind</span>
          <select value=${kind} onChange=${onKind}>
            <option value="">All kinds</option>
            ${kinds.map((each) => html`<option key=${each.kind} value=${each.kind}>${nameOfRun(each)}</option>`)}
          </select>
        </label>
      </div>
      ${may("deployment") && html`<${OverdueJobs} />`}
      <${List} key=${`${show} ${kind}`} ...${{ show, kind, empty: tab?.empty }} />
      ${isBeginning && html`<${Begin} kinds=${begun} onClose=${() => setBeginning(false)} />`}
    <//>
  `;
}

/** @param {{ show: Show, kind: string, empty: string }} props */
function List({ show, kind, empty }) {
  const { items, hasMore, isLoading, problem, more, again } = useRuns(show, kind);
  if (items.length === 0 && (problem || isLoading)) return html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`;
  if (items.length === 0) return html`<${Empty} icon="list" title=${empty}><p>Runs show here as they are begun.</p><//>`;
  return html`
    <ul class="lines" aria-label="Runs">${items.map((run) => html`<${Line} key=${run.id} run=${run} />`)}</ul>
    <${Waiting} problem=${problem} isLoading=${false} onAgain=${hasMore ? more : again} />
    ${hasMore && html`<button type="button" class="button load-more" onClick=${more}>${isLoading ? t`Loading …` : t`Load more`}</button>`}
  `;
}

/** @param {{ run: RunSummary }} props */
function Line({ run }) {
  const { id, status, message, createdAt } = run;
  return html`
    <li class="line">
      <a href=${`/runs/${id}`}>
        <span class="line-title">${nameOfRun(run)} <span class="quiet">${subjectOf(run)}</span></span>
        <span class="line-note">${message}</span>
        <span class="line-day"><${Moment} at=${createdAt} /></span>
        <span class="pill" data-status=${status}>${statusLabel(run)}</span>
      </a>
    </li>
  `;
}

/** @param {Show} show @param {string} kind */
function addressOf(show, kind) {
  const asked = new URLSearchParams();
  if (show !== "all") asked.set("show", show);
  if (kind) asked.set("kind", kind);
  return asked.size ? `/?${asked}` : "/";
}
