/** The runs of every kind, for whoever operates them. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { nameOfKind, nameOfRun, subjectOf } from "../kinds.ts";
import { stateOfRun } from "../labels.ts";
import { pageOfReceipt } from "../receipts/address.ts";
import { PagedList } from "../parts/list.tsx";
import { Moment } from "../parts/values.tsx";
import { Empty, View } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { addressOf, askedBy, chipsOf, sentFor } from "./asked.ts";
import { BulkDialog, BulkOperations } from "./bulk.tsx";
import { Filters } from "./filters.tsx";
import { OverdueJobs } from "./overdue.tsx";
import { t } from "../words.ts";
import type { RunSummary } from "../api.ts";

const PAGE = 50;

export default function Runs({ query }: { query: URLSearchParams }) {
  const asked = askedBy(query);
  const isNarrowed = chipsOf(asked).length > 0;
  const pages = usePages(
    async (cursor, signal) => {
      const { items, nextCursor } = await get("/api/runs", {
        query: { limit: PAGE, cursor, ...sentFor(asked) },
        signal,
      });
      return { items: items as RunSummary[], nextCursor };
    },
    [addressOf(asked)],
  );
  const kinds = useRequest((signal) => get("/api/workflows", { signal }), []).answer?.items ?? [];
  const [isAsking, ask] = useState(false);
  const [times, setTimes] = useState(0);
  const onBegun = () => {
    ask(false);
    setTimes(times + 1);
    pages.again();
  };
  const many = may("operate") && (
    <button type="button" class="button" onClick={() => ask(true)}>
      Bulk actions …
    </button>
  );
  const alerts = may("deployment") && (
    <a class="button" href="/alerts">
      Alerts
    </a>
  );
  const actions = (
    <>
      {many} {alerts}{" "}
      <a class="button" href="/schedules">
        Schedules
      </a>
    </>
  );
  const empty = isNarrowed ? (
    <Empty icon="list" title="No run matches" />
  ) : (
    <Empty icon="list" title="Nothing has run yet">
      <p>Each receipt and each export is a run.</p>
    </Empty>
  );
  return (
    <View title="Runs" actions={actions}>
      {may("deployment") && <OverdueJobs />}
      {may("operate") && <BulkOperations times={times} />}
      <Filters asked={asked} kinds={kinds.map(({ kind }) => kind)} />
      <PagedList pages={pages} label="Runs" row={line} empty={empty} />
      {isAsking && (
        <BulkDialog
          kinds={kinds.map(({ kind }) => kind)}
          onClose={() => ask(false)}
          onBegun={onBegun}
        />
      )}
    </View>
  );
}

function line(run: RunSummary) {
  const { id, kind, receipt, expense, message, createdAt, queuedAt, creationRefusedAt } = run;
  const state = stateOfRun(run);
  const page = receipt ? `${pageOfReceipt(id, expense?.id)}?tab=processing` : `/runs/${id}`;
  return (
    <li key={id} class="line">
      <a href={page}>
        <span class="line-title">
          {nameOfRun(run)} <span class="quiet">{subjectOf(run)}</span>
        </span>
        <span class="line-note">{receipt ? `${nameOfKind(kind)} · ${message}` : message}</span>
        <span class="line-day">
          <Moment at={createdAt} />
        </span>
        <span class="pill" data-status={state.status}>
          {queuedAt ? t`In line` : creationRefusedAt ? t`Waits for the engine` : state.text}
        </span>
      </a>
    </li>
  );
}
