/** Syncs of a connection, and what each item of one came to. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { PagedList } from "../parts/list.tsx";
import { Moment } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { usePages } from "../state/request.ts";
import { BEGUN_BY, cameTo, hrefOf, outcomeName, SYNC_STATES } from "./words.ts";
import type { BooksConnection, BooksSync, SyncOutcome } from "../api/types.d.ts";

const PAGE = 5;
const OUTCOMES = 50;

/** `times` changes where there may be another */
export function Syncs({ connection, times }: { connection: BooksConnection; times: number }) {
  const [shown, show] = useState<BooksSync | null>(null);
  const pages = usePages(
    (cursor, signal) =>
      get("/api/books/syncs", {
        query: { connection: connection.id, limit: PAGE, cursor },
        signal,
      }),
    [connection.id],
  );
  useEffect(() => {
    if (times > 0) pages.again();
  }, [times]);
  return (
    <section aria-labelledby="books-syncs">
      <h2 id="books-syncs">Syncs</h2>
      <ul class="lines" aria-label="Syncs">
        {pages.items.map((sync) => (
          <Sync key={sync.id} sync={sync} show={() => show(sync)} />
        ))}
      </ul>
      {pages.items.length === 0 && !pages.isLoading && !pages.problem && (
        <p class="quiet">There was none yet.</p>
      )}
      <Waiting
        problem={pages.problem}
        isLoading={pages.isLoading && pages.items.length === 0}
        onAgain={pages.again}
      />
      {pages.hasMore && (
        <button type="button" class="button load-more" onClick={pages.more}>
          Earlier ones
        </button>
      )}
      {shown && <Outcomes sync={shown} onClose={() => show(null)} />}
    </section>
  );
}

function Sync({ sync, show }: { sync: BooksSync; show: () => void }) {
  const { state, begunBy, begunAt, runId } = sync;
  const { label, look } = SYNC_STATES[state];
  return (
    <li class="line books-item">
      <div class="line-text">
        <span class="line-title">{cameTo(sync)}</span>
        <span class="line-note">
          <Moment at={begunAt} /> · {BEGUN_BY[begunBy]} · <a href={`/runs/${runId}`}>History</a>
        </span>
        <span class="line-actions">
          <span class="pill" data-status={look}>
            {label}
          </span>
          <button type="button" class="button small" onClick={show}>
            Outcomes …
          </button>
        </span>
      </div>
    </li>
  );
}

function Outcomes({ sync, onClose }: { sync: BooksSync; onClose: () => void }) {
  const path = { sync_id: sync.id };
  const pages = usePages(
    (cursor, signal) =>
      get("/api/books/syncs/{sync_id}/outcomes", {
        path,
        query: { limit: OUTCOMES, cursor },
        signal,
      }),
    [sync.id],
  );
  return (
    <Dialog title="What each item came to" onClose={onClose}>
      <PagedList
        pages={pages}
        label="Outcomes"
        row={(each: SyncOutcome) => <Outcome key={each.item} outcome={each} />}
        empty={<p class="quiet">Nothing had changed.</p>}
      />
    </Dialog>
  );
}

function Outcome({ outcome: { kind, subject, outcome, reason, item } }: { outcome: SyncOutcome }) {
  const href = hrefOf({ kind, subject });
  const name = subject ?? item;
  const said = outcomeName(outcome);
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{href ? <a href={href}>{name}</a> : name}</span>
        <span class="line-note is-whole">
          {said.charAt(0).toUpperCase()}
          {said.slice(1)}
          {reason ? `: ${reason}` : ""}
        </span>
      </div>
    </li>
  );
}
