// @ts-check
/** One connection: where each item is, its syncs, its schedule, and what of the account is written. */

import { useState } from "preact/hooks";

import { del, get, patch } from "../api/client.js";
import { FormDialog } from "../parts/form.js";
import { Day } from "../parts/values.js";
import { View, Waiting } from "../parts/view.js";
import { go } from "../shell/address.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { field, trimmed } from "../values/schema.js";
import { addressOf, askedOf } from "./addresses.js";
import { Counts, LackingList, NotDue } from "./lacking.js";
import { useAgainWhile } from "./again.js";
import { Items } from "./items.js";
import { Schedules } from "./schedules.js";
import { BeforeFirst, ConnectAgain, SyncNow } from "./sync-now.js";
import { Syncs } from "./syncs.js";
import { PREVIEW, PROVIDERS, standingOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { BooksConnection } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

/** @param {ViewProps} props */
export default function Connection({ params: { id = "" }, query }) {
  return html`<${One} key=${id} id=${id} query=${query} />`;
}

/** @param {{ id: string, query: URLSearchParams }} props */
function One({ id, query }) {
  const path = { connection_id: id };
  const { answer, problem, isLoading, again, set } = useRequest((signal) => get("/api/books/connections/{connection_id}", { path, signal }), [id]);
  const status = useRequest((signal) => get("/api/books/status", { signal }), []);
  const [times, setTimes] = useState(0);
  const lookAgain = () => {
    again();
    status.again();
    setTimes((before) => before + 1);
  };
  useAgainWhile(Boolean(answer?.syncing), isLoading, lookAgain);
  const own = status.answer?.connections.find(({ connection }) => connection.id === id);
  const isPush = answer?.direction === "push";
  const actions =
    answer &&
    answer.status !== "ended" &&
    html`
      ${isPush && html`<a class="button" href=${`/books/${id}/mapping`}>Mapping</a><a class="button" href=${`/books/${id}/dry-run`}>Dry run</a>`}
      ${!isPush && html`<a class="button" href="/clients">Clients and projects</a>`}
      ${answer.status === "connected" && may("export") && html`${isPush && answer.firstSyncAt && html`<${SyncNow} connection=${answer} onBegun=${lookAgain} compares />`}<${SyncNow} connection=${answer} onBegun=${lookAgain} />`}
      ${answer.status !== "connected" && may("administer") && html`<${ConnectAgain} connection=${answer} onDone=${lookAgain} />`}
    `;
  return html`
    <${View} title=${answer?.name ?? t`Connection`} actions=${actions}>
      <p class="back-link"><a href="/books">All books</a></p>
      <${Waiting} problem=${problem ?? status.problem} isLoading=${!answer} onAgain=${lookAgain} />
      ${answer && html`<${Facts} connection=${answer} />`}
      <${BeforeFirst} connection=${answer} />
      ${own && html`<${Counts} status=${own} />`}
      ${own && own.lacking.length > 0 && html`<${LackingList} status=${own} again=${lookAgain} />`}
      ${own && html`<${NotDue} status=${own} />`}
      ${answer && isPush && html`<${Items} connection=${answer} asked=${askedOf(query)} times=${times} again=${lookAgain} onChoice=${(/** @type {string} */ choice) => go(addressOf(id, choice), { replace: true })} />`}
      ${answer && html`<${Syncs} connection=${answer} times=${times} />`}
      ${answer && answer.status !== "ended" && html`<${Schedules} connection=${answer} onRun=${lookAgain} />`}
      ${answer && answer.status !== "ended" && may("administer") && html`<${Settings} connection=${answer} onChanged=${(/** @type {BooksConnection} */ changed) => (set(changed), lookAgain())} />`}
    <//>
  `;
}

/** @param {{ connection: BooksConnection }} props */
function Facts({ connection }) {
  const { provider, company, firstDay, direction, url, disconnectedWhy, onlyApproved, onChange } = connection;
  const { label, look } = standingOf(connection);
  return html`
    <p class="books-facts">
      <span class="pill" data-status=${look}>${label}</span>
      ${connection.isPreview && html`<span class="pill">Preview</span>`}
      <span class="quiet">
        ${[PROVIDERS[provider], company, url].filter(Boolean).join(" · ")}${direction === "push" && html` · what is dated from <${Day} day=${firstDay} />${onlyApproved ? t`, once it is approved` : ""}`} ·
        ${" "}${onChange && direction === "push" ? t`syncs whenever something changes${connection.firstSyncAt ? "" : t`, once the first sync was begun`}` : t`syncs by hand, or by schedule`}
      </span>
    </p>
    ${connection.isPreview && html`<p class="quiet">${PREVIEW}</p>`}
    ${connection.status === "disconnected" && disconnectedWhy && html`<p class="form-problem" role="alert">${disconnectedWhy}</p>`}
  `;
}

const FIELDS = [
  field("name", t`Name`, { maxLength: 100, isNeeded: true }),
  field("onlyApproved", t`Write expenses only once they are approved.`, { type: "boolean" }),
  field("onChange", t`Begin a sync whenever something changes, once you began the first.`, { type: "boolean" }),
];

/** @param {{ connection: BooksConnection, onChanged: (changed: BooksConnection) => void }} props */
function Settings({ connection, onChanged }) {
  const { id, name, direction, provider } = connection;
  const [asks, ask] = useState(/** @type {"change" | "end" | null} */ (null));
  const path = { connection_id: id };
  const onClose = () => ask(null);
  const fields = direction === "push" ? FIELDS : FIELDS.slice(0, 1);
  const change = async (/** @type {import("../parts/form.js").Body} */ body) => onChanged(await patch("/api/books/connections/{connection_id}", trimmed(body), { path }));
  const end = async () => {
    await del("/api/books/connections/{connection_id}", { path });
    go("/books", { replace: true });
  };
  return html`
    <section aria-labelledby="books-settings">
      <h2 id="books-settings">Settings</h2>
      <div class="form-buttons">
        <button type="button" class="button" onClick=${() => ask("change")}>Change …</button>
        <button type="button" class="button danger" onClick=${() => ask("end")}>End the connection …</button>
      </div>
      ${asks === "change" && html`<${FormDialog} title=${name} action="Change it" fields=${fields} values=${connection} onSend=${change} onClose=${onClose} />`}
      ${asks === "end" &&
      html`
        <${FormDialog} title=${t`End ${name}?`} action="End it" isDanger onSend=${end} onClose=${onClose}>
          <p>${direction === "push" ? t`Nothing is written there any more. What is in the books stays there.` : t`Nothing is read there any more. Its clients and projects stay here.`}</p>
          ${provider !== "signed" && html`<p>The permission that you gave at ${PROVIDERS[provider]} is withdrawn.</p>`}
        <//>
      `}
    </section>
  `;
}
