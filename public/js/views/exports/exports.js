// @ts-check
/** Handing expenses on: a month in a format becomes a file. */

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

import { get } from "../../api/client.js";
import { PagedList } from "../../parts/list.js";
import { Empty, View } from "../../parts/view.js";
import { usePages } from "../../state/request.js";
import { ExportForm } from "./export-form.js";
import { ExportLine } from "./export-line.js";

/** @import { ExportShape } from "../../api/types.js" */

const PAGE = 20;
const POLL_MS = 1000;

export default function Exports() {
  const pages = usePages((cursor, signal) => get("/api/exports", { query: { limit: PAGE, cursor }, signal }), []);
  const isUnderWay = pages.items.some(({ status }) => status === "processing");
  useEffect(() => {
    if (!isUnderWay || pages.isLoading) return;
    const timer = setTimeout(pages.again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, pages.isLoading]);
  const empty = html`<${Empty} icon="download" title="Nothing was exported yet"><p>A file stands here once it is made.</p><//>`;
  const row = (/** @type {ExportShape} */ shown) => html`<${ExportLine} key=${shown.id} shown=${shown} />`;
  return html`
    <${View} title="Exports">
      <div class="card"><${ExportForm} onAsked=${pages.again} /></div>
      <${PagedList} pages=${pages} label="Files" row=${row} empty=${empty} />
    <//>
  `;
}
