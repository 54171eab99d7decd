// @ts-check
/** Handing expenses on: a month in a format becomes a file. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

import { get } from "../../api/client.js";
import { PagedList } from "../../parts/list.js";
import { Empty, View } from "../../parts/view.js";
import { usePages, useRequest } from "../../state/request.js";
import { ClosedPeriods } from "./closed-periods.js";
import { ExportForm } from "./export-form.js";
import { ExportLine } from "./export-line.js";
import { LinkDialog } from "./link-dialog.js";
import { ProfileDialog } from "./profile-dialog.js";

/** @import { ExportShape } from "../../api/types.js" */

const PAGE = 20;
const POLL_MS = 1000;

export default function Exports() {
  const pages = usePages((cursor, signal) => get("/api/exports", { query: { limit: PAGE, cursor }, signal }), []);
  const profiles = useRequest((signal) => get("/api/export-profiles", { signal }), []);
  const [isAdding, setAdding] = useState(false);
  const [linked, setLinked] = useState(/** @type {ExportShape | null} */ (null));
  const onMade = () => (setAdding(false), profiles.again());
  const isUnderWay = pages.items.some(({ status }) => status === "processing");
  const asOf = pages.items.map(({ id, status }) => `${id} ${status}`).join();
  useEffect(() => {
    if (!isUnderWay || pages.isLoading) return;
    const timer = setTimeout(pages.again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, pages.isLoading]);
  const empty = html`<${Empty} icon="download" title="Nothing was exported yet"><p>A file stands here once it is made.</p><//>`;
  const row = (/** @type {ExportShape} */ shown) => html`<${ExportLine} key=${shown.id} shown=${shown} onLink=${() => setLinked(shown)} />`;
  return html`
    <${View} title="Exports">
      <div class="card"><${ExportForm} profiles=${profiles.answer?.items ?? []} asOf=${asOf} onAsked=${pages.again} onProfile=${() => setAdding(true)} /></div>
      <${PagedList} pages=${pages} label="Files" row=${row} empty=${empty} />
      <${ClosedPeriods} />
      ${linked && html`<${LinkDialog} shown=${linked} onClose=${() => setLinked(null)} />`}
      ${isAdding && html`<${ProfileDialog} onClose=${() => setAdding(false)} onDone=${onMade} />`}
    <//>
  `;
}
