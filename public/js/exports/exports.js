// @ts-check
/** Handing expenses on: days, or what the list of expenses found, in a format become a file. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { get } from "../api/client.js";
import { PagedList } from "../parts/list.js";
import { Empty, View } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { addressOf, askedIn } from "../expenses/asked.js";
import { ClosedPeriods } from "./closed-periods.js";
import { ExportForm } from "./export-form.js";
import { ExportLine } from "./export-line.js";
import { LinkDialog } from "./link-dialog.js";
import { Profiles } from "./profiles.js";
import { Schedules } from "./schedules.js";
import { html } from "../words.js";

/** @import { Export } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

const PAGE = 20;
const POLL_MS = 1000;

/** @param {ViewProps} props the query is the filter of a list of expenses, whose finds are to be handed on */
export default function Exports({ query }) {
  const text = query.toString();
  const asked = useMemo(() => askedIn(query), [text]);
  const pages = usePages((cursor, signal) => get("/api/exports", { query: { limit: PAGE, cursor }, signal }), []);
  const profiles = useRequest((signal) => get("/api/export-profiles", { signal }), []);
  const [linked, setLinked] = useState(/** @type {Export | null} */ (null));
  const isUnderWay = pages.items.some(({ status }) => status === "processing");
  const asOf = pages.items.map(({ id, status }) => `${id} ${status}`).join();
  useEffect(() => {
    if (!isUnderWay || pages.isLoading) return;
    const timer = setTimeout(pages.again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, pages.isLoading]);
  const empty = html`<${Empty} icon="download" title="Nothing was exported yet"><p>Exported files appear here.</p><//>`;
  const row = (/** @type {Export} */ shown) => html`<${ExportLine} key=${shown.id} shown=${shown} onLink=${() => setLinked(shown)} />`;
  const back = text && html`<a class="button" href=${addressOf(asked)}>Back to these expenses</a>`;
  const known = profiles.answer?.items ?? [];
  return html`
    <${View} title="Exports" actions=${back}>
      ${may("export") &&
      html`<div class="card"><${ExportForm} key=${text} asked=${asked} profiles=${known} asOf=${asOf} onAsked=${pages.again} /></div>`}
      <section aria-labelledby="files">
        <h2 id="files">Files</h2>
        <${PagedList} pages=${pages} label="Files" row=${row} empty=${empty} />
      </section>
      <${Profiles} profiles=${known} onChange=${profiles.again} />
      <${Schedules} profiles=${known} onRun=${pages.again} />
      <${ClosedPeriods} />
      ${linked && html`<${LinkDialog} shown=${linked} onClose=${() => setLinked(null)} />`}
    <//>
  `;
}
