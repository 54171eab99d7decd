// @ts-check
/** What the next sync does with each item, as it would be written. */

import { get } from "../api/client.js";
import { PagedList } from "../parts/list.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { go } from "../shell/address.js";
import { addressOf } from "./addresses.js";
import { fieldName, shownOf, valueOf } from "./documents.js";
import { BeforeFirst, SyncNow } from "./sync-now.js";
import { hrefOf, titleOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { DryRunItem } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

const PAGE = 25;

/** @type {Record<DryRunItem["act"], { label: string, look: string }>} */
const ACTS = {
  create: { label: t`Will be written`, look: "complete" },
  change: { label: t`Will be changed`, look: "processing" },
  credit: { label: t`Will be taken back`, look: "processing" },
  nothing: { label: t`Nothing to do`, look: "" },
  wait: { label: t`Waits`, look: "needs_review" },
  set_aside: { label: t`Will be set aside`, look: "needs_review" },
};

/** @param {ViewProps} props */
export default function DryRun({ params: { id = "" } }) {
  const path = { connection_id: id };
  const { answer: connection, problem, again } = useRequest((signal) => get("/api/books/connections/{connection_id}", { path, signal }), [id]);
  const pages = usePages((cursor, signal) => get("/api/books/connections/{connection_id}/dry-run", { path, query: { limit: PAGE, cursor }, signal }), [id]);
  const actions = connection?.status === "connected" && may("export") && html`<a class="button" href=${`/books/${id}/mapping`}>Mapping</a><${SyncNow} connection=${connection} onBegun=${() => go(addressOf(id))} />`;
  return html`
    <${View} title="Dry run" actions=${actions}>
      <p class="back-link"><a href=${addressOf(id)}>${connection?.name ?? t`Connection`}</a></p>
      <p class="quiet">This is what the next sync does. Nothing is written now, and the books are not asked. What is closed or changed there shows when it is written. Bills and invoices stay unpaid in the books: payments are not written.</p>
      <${BeforeFirst} connection=${connection} />
      <${Waiting} problem=${problem} isLoading=${false} onAgain=${again} />
      <${PagedList}
        pages=${pages}
        label="What the next sync does"
        row=${(/** @type {DryRunItem} */ item) => html`<${Item} key=${item.item} item=${item} />`}
        empty=${html`<${Empty} icon="check" title="Nothing is to be written"><p>The books have all that can be there. What is set aside or in conflict waits for you.</p><//>`}
      />
    <//>
  `;
}

/** @param {{ item: DryRunItem }} props */
function Item({ item }) {
  const { act, title, kind, reason, document, differences } = item;
  const name = titleOf(title, kind);
  const href = hrefOf(item);
  const { label, look } = ACTS[act];
  const shown = document && shownOf(document, item);
  const changed = Object.entries(differences);
  return html`
    <li class="line books-dry">
      <div class="books-head">
        <span class="line-title">${href ? html`<a href=${href}>${name}</a>` : name}</span>
        <span class="pill" data-status=${look}>${label}</span>
      </div>
      ${reason && html`<p class="quiet">${reason}</p>`}
      ${shown &&
      html`
        <div class="books-paper">
          <p class="books-head"><strong>${shown.title}</strong><strong>${shown.amount}</strong></p>
          <p class="quiet">${shown.says}</p>
          <ul>
            ${shown.lines.map((line, place) => html`<li key=${place}><span>${line.description}</span><span class="quiet">${line.codes}</span><span class="books-sum">${line.amount}</span></li>`)}
          </ul>
        </div>
      `}
      ${document &&
      changed.length > 0 &&
      html`
        <ul class="books-apart" aria-label=${t`What changes of ${name}`}>
          ${changed.map(([field, [before, after]]) => html`<li key=${field}><span class="quiet">${fieldName(field)}</span> <del>${valueOf(field, before, document, item).join("; ")}</del> <ins>${valueOf(field, after, document, item).join("; ")}</ins></li>`)}
        </ul>
      `}
    </li>
  `;
}
