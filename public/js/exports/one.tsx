/** One export: its files, how it was asked for, and line by line what is in it. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { PagedList } from "../parts/list.tsx";
import { Day, Moment, Money } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { LABELS, partsOf } from "../expenses/asked.ts";
import { labelOf } from "../expenses/chips.tsx";
import { Files, says } from "./export-line.tsx";
import { formatName } from "./formats.ts";
import { LinkDialog } from "./link-dialog.tsx";
import { t } from "../words.ts";
import type { ExportItem, Export } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { Asked } from "../expenses/asked.ts";

const POLL_MS = 1000;
const PAGE = 100;

export default function Export({ params }: ViewProps) {
  const path = { export_id: params.id ?? "" };
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/exports/{export_id}", { path, signal }),
    [params.id],
  );
  const isUnderWay = answer?.status === "processing";
  const items = usePages(
    (cursor, signal) =>
      get("/api/exports/{export_id}/items", { path, query: { limit: PAGE, cursor }, signal }),
    [params.id, answer?.status],
  );
  const [isLinking, setLinking] = useState(false);
  useEffect(() => {
    if (!isUnderWay || isLoading) return;
    const timer = setTimeout(again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, isLoading]);
  const actions = (
    <>
      {answer?.fileUrl && may("export") && (
        <button type="button" class="button" onClick={() => setLinking(true)}>
          Link …
        </button>
      )}
      <a class="button" href="/exports">
        All exports
      </a>
    </>
  );
  const empty = (
    <Empty icon="download" title="It is empty">
      <p>No expense was chosen, or nothing was new.</p>
    </Empty>
  );
  return (
    <View title={answer?.fileName ?? t`Export`} actions={actions}>
      {answer ? (
        <>
          <About shown={answer} />
          <section aria-labelledby="export-items">
            <h2 id="export-items">Contents</h2>
            <PagedList pages={items} label="Contents" row={row} empty={isUnderWay ? null : empty} />
          </section>
        </>
      ) : (
        <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      )}
      {answer && isLinking && <LinkDialog shown={answer} onClose={() => setLinking(false)} />}
    </View>
  );
}

function About({ shown }: { shown: Export }) {
  const { format, profile, filter, onlyNew, asClosed, createdAt, finishedAt, files, runId } = shown;
  const chosen = partsOf(listed(filter)).map(
    ({ name, value }) => `${LABELS[name]}: ${labelOf(name, value)}`,
  );
  const words = [
    filter.q ? t`Text: ${filter.q}` : null,
    ...chosen,
    onlyNew && t`only what was new`,
    asClosed && t`as it was closed`,
  ];
  return (
    <section class="card export-about" aria-label="About this export">
      <p role="status">{says(shown)}</p>
      <dl class="facts-list">
        <div>
          <dt>Format</dt>
          <dd>{profile ? `${profile.name} (${formatName(format)})` : formatName(format)}</dd>
        </div>
        <div>
          <dt>Asked for</dt>
          <dd>{words.filter(Boolean).join(" · ") || t`All expenses`}</dd>
        </div>
        <div>
          <dt>Begun</dt>
          <dd>
            <Moment at={createdAt} />
          </dd>
        </div>
        {finishedAt && (
          <div>
            <dt>Finished</dt>
            <dd>
              <Moment at={finishedAt} />
            </dd>
          </div>
        )}
        <div>
          <dt>History</dt>
          <dd>
            <a href={`/runs/${runId}`}>All steps</a>
          </dd>
        </div>
      </dl>
      {files.length > 0 && (
        <ul class="lines" aria-label="Files">
          <Files files={files} format={format} />
        </ul>
      )}
      {files
        .flatMap(({ remarks }) => remarks)
        .map((remark) => (
          <p class="quiet">{remark}</p>
        ))}
    </section>
  );
}

function row({
  expenseId,
  version,
  merchant,
  date,
  total,
  currency,
  corrects,
  afterClosing,
}: ExportItem) {
  const [from, to] = (afterClosing ?? "").split("/");
  return (
    <li class="line export-item" key={`${expenseId} ${version} ${corrects ?? ""}`}>
      <a href={`/expenses/${expenseId}`}>
        <span class="line-title">{merchant}</span>
        <span class="line-note">
          {corrects ? t`Takes back what was handed on before` : t`Version ${version}`}
          {from && to && (
            <>
              {" "}
              · came after <Day day={from} /> – <Day day={to} /> had been closed
            </>
          )}
        </span>
        <span class="line-day">
          <Day day={date} />
        </span>
        <span class="line-amount">
          <Money amount={total} currency={currency} />
        </span>
      </a>
      {corrects && (
        <a class="export-before" href={`/exports/${corrects}`}>
          The export that it takes back from
        </a>
      )}
    </li>
  );
}

/** An export's filter, as that of a list. */
function listed(filter: Export["filter"]): Asked {
  const several = ["currency", "category", "tag", "person", "status", "missing", "is"];
  const given = Object.entries(filter).flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    return [[name, several.includes(name) ? [value].flat() : value]];
  });
  return Object.fromEntries(given);
}
