// @ts-check
/** The runs of every kind, for whoever operates them. */

import { html } from "htm/preact";

import { get } from "../../api/client.js";
import { nameOfRun } from "../../kinds.js";
import { STATUS_LABELS } from "../../labels.js";
import { PagedList } from "../../parts/list.js";
import { Moment } from "../../parts/values.js";
import { Empty, View } from "../../parts/view.js";
import { usePages } from "../../state/request.js";

/** @import { RunSummary } from "../../api.js" */

const PAGE = 50;

export default function Runs() {
  const pages = usePages(async (cursor, signal) => {
    const { items, nextCursor } = await get("/api/runs", { query: { limit: PAGE, cursor }, signal });
    return { items: /** @type {RunSummary[]} */ (items), nextCursor };
  }, []);
  const empty = html`<${Empty} icon="list" title="Nothing has run yet"><p>Each receipt and each export is a run.</p><//>`;
  return html`
    <${View} title="Runs">
      <${PagedList} pages=${pages} label="Runs" row=${line} empty=${empty} />
    <//>
  `;
}

/** @param {RunSummary} run */
function line(run) {
  const { id, kind, status, message, createdAt } = run;
  return html`
    <li key=${id} class="line">
      <a href=${`/runs/${id}`}>
        <span class="line-title">${nameOfRun(run)}</span>
        <span class="line-note">${kind} · ${message}</span>
        <span class="line-day"><${Moment} at=${createdAt} /></span>
        <span class="pill" data-status=${status}>${STATUS_LABELS[status]}</span>
      </a>
    </li>
  `;
}
