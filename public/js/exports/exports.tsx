/** Handing expenses on: days, or what the list of expenses found, in a format become a file. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { PagedList } from "../parts/list.tsx";
import { Empty, View } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { addressOf, askedIn } from "../expenses/asked.ts";
import { ClosedPeriods } from "./closed-periods.tsx";
import { ExportForm } from "./export-form.tsx";
import { ExportLine } from "./export-line.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { Profiles } from "./profiles.tsx";
import { Schedules } from "./schedules.tsx";
import type { Export } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const PAGE = 20;
const POLL_MS = 1000;

/** the query is the filter of a list of expenses, whose finds are to be handed on */
export default function Exports({ query }: ViewProps) {
  const text = query.toString();
  const asked = useMemo(() => askedIn(query), [text]);
  const pages = usePages(
    (cursor, signal) => get("/api/exports", { query: { limit: PAGE, cursor }, signal }),
    [],
  );
  const profiles = useRequest((signal) => get("/api/export-profiles", { signal }), []);
  const [linked, setLinked] = useState<Export | null>(null);
  const isUnderWay = pages.items.some(({ status }) => status === "processing");
  const asOf = pages.items.map(({ id, status }) => `${id} ${status}`).join();
  useEffect(() => {
    if (!isUnderWay || pages.isLoading) return;
    const timer = setTimeout(pages.again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, pages.isLoading]);
  const empty = (
    <Empty icon="download" title="Nothing was exported yet">
      <p>Exported files appear here.</p>
    </Empty>
  );
  const onAsked = () => {
    pages.again();
    // A profile says how often it was used.
    profiles.again();
  };
  const row = (shown: Export) => (
    <ExportLine key={shown.id} shown={shown} onLink={() => setLinked(shown)} />
  );
  const back = text && (
    <a class="button" href={addressOf(asked)}>
      Back to these expenses
    </a>
  );
  const known = profiles.answer?.items ?? [];
  return (
    <View title="Exports" actions={back}>
      {may("export") && (
        <div class="card">
          <ExportForm
            key={text}
            asked={asked}
            profiles={known}
            made={pages.items}
            asOf={asOf}
            isKnown={pages.isRead && profiles.answer !== null}
            onAsked={onAsked}
          />
        </div>
      )}
      <section aria-labelledby="files">
        <h2 id="files">Files</h2>
        <PagedList pages={pages} label="Files" row={row} empty={empty} />
      </section>
      <Profiles profiles={known} onChange={profiles.again} />
      <Schedules profiles={known} onRun={pages.again} />
      <ClosedPeriods asOf={asOf} />
      {linked && <LinkDialog shown={linked} onClose={() => setLinked(null)} />}
    </View>
  );
}
