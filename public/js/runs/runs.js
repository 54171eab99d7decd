// @ts-check
/** The runs of every kind, for whoever operates them. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { nameOfKind, nameOfRun, subjectOf } from "../kinds.js";
import { statusLabel } from "../labels.js";
import { PagedList } from "../parts/list.js";
import { Moment } from "../parts/values.js";
import { Empty, View } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { BulkDialog, BulkOperations } from "./bulk.js";
import { OverdueJobs } from "./overdue.js";
import { html, t } from "../words.js";

/** @import { RunSummary } from "../api.js" */

const PAGE = 50;

/** @param {{ query: URLSearchParams }} props `attribute`: only runs found by these */
export default function Runs({ query }) {
  const attribute = query.getAll("attribute");
  const pages = usePages(async (cursor, signal) => {
    const { items, nextCursor } = await get("/api/runs", { query: { limit: PAGE, cursor, attribute }, signal });
    return { items: /** @type {RunSummary[]} */ (items), nextCursor };
  }, [attribute.join("\n")]);
  const kinds = useRequest((signal) => get("/api/workflows", { signal }), []).answer?.items ?? [];
  const [isAsking, ask] = useState(false);
  const [times, setTimes] = useState(0);
  const onBegun = () => (ask(false), setTimes(times + 1), pages.again());
  const many = may("operate") && html`<button type="button" class="button" onClick=${() => ask(true)}>Bulk actions …</button>`;
  const alerts = may("deployment") && html`<a class="button" href="/alerts">Alerts</a>`;
  const actions = html`${many} ${alerts} <a class="button" href="/schedules">Schedules</a>`;
  const empty = attribute.length
    ? html`<${Empty} icon="list" title="No run is found by this" />`
    : html`<${Empty} icon="list" title="Nothing has run yet"><p>Each receipt and each export is a run.</p><//>`;
  return html`
    <${View} title="Runs" actions=${actions}>
      ${may("deployment") && html`<${OverdueJobs} />`}
      ${may("operate") && html`<${BulkOperations} times=${times} />`}
      ${attribute.length > 0 && html`<p>Only those with ${attribute.join(", ")}. <a href="/runs">Show all</a></p>`}
      <${PagedList} pages=${pages} label="Runs" row=${line} empty=${empty} />
      ${isAsking && html`<${BulkDialog} kinds=${kinds.map(({ kind }) => kind)} onClose=${() => ask(false)} onBegun=${onBegun} />`}
    <//>
  `;
}

/** @param {RunSummary} run */
function line(run) {
  const { id, kind, receipt, status, message, createdAt, queuedAt, creationRefusedAt } = run;
  return html`
    <li key=${id} class="line">
      <a href=${`/runs/${id}`}>
        <span class="line-title">${nameOfRun(run)} <span class="quiet">${subjectOf(run)}</span></span>
        <span class="line-note">${receipt ? `${nameOfKind(kind)} · ${message}` : message}</span>
        <span class="line-day"><${Moment} at=${createdAt} /></span>
        <span class="pill" data-status=${status}>${queuedAt ? t`In line` : creationRefusedAt ? t`Waits for the engine` : statusLabel(run)}</span>
      </a>
    </li>
  `;
}
