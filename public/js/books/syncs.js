// @ts-check
/** Syncs of a connection, and what each item of one came to. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.js";
import { Dialog } from "../parts/dialog.js";
import { PagedList } from "../parts/list.js";
import { Moment } from "../parts/values.js";
import { usePages } from "../state/request.js";
import { BEGUN_BY, cameTo, hrefOf, outcomeName, SYNC_STATES } from "./words.js";
import { html, t } from "../words.js";

/** @import { BooksConnection, BooksSync, SyncOutcome } from "../api/types.js" */

const PAGE = 5;
const OUTCOMES = 50;

/** @param {{ connection: BooksConnection, times: number }} props `times` changes where there may be another */
export function Syncs({ connection, times }) {
  const [shown, show] = useState(/** @type {BooksSync | null} */ (null));
  const pages = usePages((cursor, signal) => get("/api/books/syncs", { query: { connection: connection.id, limit: PAGE, cursor }, signal }), [connection.id]);
  useEffect(() => {
    if (times > 0) pages.again();
  }, [times]);
  return html`
    <section aria-labelledby="books-syncs">
      <h2 id="books-syncs">Syncs</h2>
      <ul class="lines" aria-label="Syncs">
        ${pages.items.map((sync) => html`<${Sync} key=${sync.id} sync=${sync} show=${() => show(sync)} />`)}
      </ul>
      ${pages.items.length === 0 && !pages.isLoading && html`<p class="quiet">${pages.problem ?? t`There was none yet.`}</p>`}
      ${pages.hasMore && html`<button type="button" class="button load-more" onClick=${pages.more}>Earlier ones</button>`}
      ${shown && html`<${Outcomes} sync=${shown} onClose=${() => show(null)} />`}
    </section>
  `;
}

/** @param {{ sync: BooksSync, show: () => void }} props */
function Sync({ sync, show }) {
  const { state, begunBy, begunAt, runId } = sync;
  const { label, look } = SYNC_STATES[state];
  return html`
    <li class="line books-item">
      <div class="line-text">
        <span class="line-title">${cameTo(sync)}</span>
        <span class="line-note"><${Moment} at=${begunAt} /> · ${BEGUN_BY[begunBy]} · <a href=${`/runs/${runId}`}>History</a></span>
        <span class="line-actions"><span class="pill" data-status=${look}>${label}</span><button type="button" class="button small" onClick=${show}>Outcomes …</button></span>
      </div>
    </li>
  `;
}

/** @param {{ sync: BooksSync, onClose: () => void }} props */
function Outcomes({ sync, onClose }) {
  const path = { sync_id: sync.id };
  const pages = usePages((cursor, signal) => get("/api/books/syncs/{sync_id}/outcomes", { path, query: { limit: OUTCOMES, cursor }, signal }), [sync.id]);
  return html`
    <${Dialog} title="What each item came to" onClose=${onClose}>
      <${PagedList}
        pages=${pages}
        label="Outcomes"
        row=${(/** @type {SyncOutcome} */ each) => html`<${Outcome} key=${each.item} outcome=${each} />`}
        empty=${html`<p class="quiet">Nothing had changed.</p>`}
      />
    <//>
  `;
}

/** @param {{ outcome: SyncOutcome }} props */
function Outcome({ outcome: { kind, subject, outcome, reason, item } }) {
  const href = hrefOf({ kind, subject });
  const name = subject ?? item;
  const said = outcomeName(outcome);
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${href ? html`<a href=${href}>${name}</a>` : name}</span>
        <span class="line-note is-whole">${said.charAt(0).toUpperCase()}${said.slice(1)}${reason ? `: ${reason}` : ""}</span>
      </div>
    </li>
  `;
}
