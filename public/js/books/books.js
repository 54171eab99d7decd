// @ts-check
/** The books: is everything in them? If not, what and why; and which books and CRMs are connected. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { counted } from "../format.js";
import { Icon } from "../parts/icon.js";
import { Day, Moment } from "../parts/values.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { addressOf } from "./addresses.js";
import { useAgainWhile } from "./again.js";
import { ConnectDialog } from "./connect.js";
import { Counts, LackingList, NotDue } from "./lacking.js";
import { BeforeFirst, ConnectAgain, SyncNow } from "./sync-now.js";
import { answerOf, cameTo, PREVIEW, PROVIDERS, standingOf, verdictOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { BooksConnection, BooksStatus, ConnectionStatus } from "../api/types.js" */

export default function Books() {
  const connections = useRequest((signal) => get("/api/books/connections", { signal }), []);
  const status = useRequest((signal) => get("/api/books/status", { signal }), []);
  const [isNew, setNew] = useState(false);
  const again = () => (connections.again(), status.again());
  const known = connections.answer?.items ?? [];
  const isSyncing = known.some(({ syncing }) => syncing);
  useAgainWhile(isSyncing, connections.isLoading || status.isLoading, again);
  const connect = may("administer") && html`<button type="button" class=${known.length === 0 ? "button primary" : "button"} onClick=${() => setNew(true)}><${Icon} name="plus" />Connect</button>`;
  const hasPulled = known.some(({ direction }) => direction === "pull");
  const actions = html`
    ${hasPulled && html`<a class="button" href="/clients">Clients and projects</a>`}
    ${known.length > 0 && connect}
  `;
  return html`
    <${View} title="Books" actions=${actions}>
      <${Waiting} problem=${connections.problem ?? status.problem} isLoading=${!connections.answer || !status.answer} onAgain=${again} />
      ${connections.answer && known.length === 0 && html`<${NoBooks}>${connect}<//>`}
      ${status.answer && status.answer.connections.length > 0 && html`<${Answer} status=${status.answer} />`}
      ${status.answer &&
      connections.answer &&
      html`
        <ul class="books-list" aria-label="Connections">
          ${known.map((each) => html`<${Connection} key=${each.id} connection=${each} status=${status.answer?.connections.find(({ connection }) => connection.id === each.id)} isOne=${status.answer?.connections.length === 1} again=${again} />`)}
        </ul>
      `}
      ${isNew && html`<${ConnectDialog} onClose=${() => setNew(false)} onMade=${again} />`}
    <//>
  `;
}

/** Is everything in the books? @param {{ status: BooksStatus }} props */
function Answer({ status: { isEverything, connections } }) {
  const [first] = connections;
  const own = first && connections.length === 1 ? answerOf(first) : null;
  const isWhole = isEverything && connections.every(({ connection }) => connection.status !== "disconnected");
  return html`
    <p class="books-answer" data-whole=${isWhole} role="status">
      <${Icon} name=${isWhole ? "check" : "alert"} />
      <span>
        <strong>${own ? own.says : verdictOf(connections)}</strong>
        ${" "}${own?.there && html`<span class="quiet">${own.there}</span>`}
      </span>
    </p>
  `;
}

/** What one of several books has. @param {{ status: ConnectionStatus }} props */
function Own({ status }) {
  const { says, there } = answerOf(status);
  return html`<p><strong>${says}</strong> <span class="quiet">${there}</span></p>`;
}

/** @param {{ connection: BooksConnection, status: ConnectionStatus | undefined, isOne: boolean, again: () => void }} props */
function Connection({ connection, status, isOne, again }) {
  const { id, name, provider, company, firstDay, direction } = connection;
  const { label, look } = standingOf(connection);
  const mayGoOn = connection.status !== "asked" && may("export");
  return html`
    <li class="card books-connection">
      <div class="books-head">
        <h2><a href=${addressOf(id)}>${name}</a></h2>
        <span class="pill" data-status=${look}>${label}</span>
        ${connection.isPreview && html`<span class="pill" title=${PREVIEW}>Preview</span>`}
      </div>
      <p class="quiet">
        ${[PROVIDERS[provider], company].filter(Boolean).join(" · ")}${direction === "push" && html` · from <${Day} day=${firstDay} />`}
        <${LastSync} status=${status} />
      </p>
      <${BeforeFirst} connection=${connection} />
      ${status && connection.status !== "asked" && !isOne && html`<${Own} status=${status} />`}
      ${status && connection.status !== "asked" && html`<${Counts} status=${status} />`}
      ${status && connection.status !== "asked" && status.lacking.length > 0 && html`<${LackingList} status=${status} again=${again} />`}
      ${status && connection.status !== "asked" && html`<${NotDue} status=${status} />`}
      <div class="form-buttons">
        ${connection.status !== "connected" && may("administer") && html`<${ConnectAgain} connection=${connection} />`}
        ${connection.status === "connected" && mayGoOn && html`<${SyncNow} connection=${connection} onBegun=${again} />`}
        ${direction === "push" && html`<a class="button" href=${`/books/${id}/mapping`} aria-label=${t`Mapping of ${name}`}>Mapping</a><a class="button" href=${`/books/${id}/dry-run`} aria-label=${t`Dry run of ${name}`}>Dry run</a>`}
        <a class="button" href=${addressOf(id)} aria-label=${t`Details of ${name}`}>Details</a>
      </div>
    </li>
  `;
}

/** @param {{ status: ConnectionStatus | undefined }} props */
function LastSync({ status }) {
  const last = status?.lastSync;
  if (!status) return null;
  if (!last) return null;
  return html`<br />Last sync <${Moment} at=${last.endedAt ?? last.begunAt} />: ${cameTo(last)}`;
}

/** @param {{ children?: import("preact").ComponentChildren }} props */
function NoBooks({ children }) {
  return html`
    <${Empty} icon="book" title="No books are connected yet">
      <p>Connect your accounting software, and each expense is written there as a bill. Connect your CRM, and expenses can be billed to its clients.</p>
      ${children || html`<p>Somebody with the permission to administer can connect them.</p>`}
    <//>
  `;
}
