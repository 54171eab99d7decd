// @ts-check
/** Clients: whom expenses are billed to. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.js";
import { counted } from "../format.js";
import { SelectField } from "../parts/fields.js";
import { FormDialog } from "../parts/form.js";
import { PagedList } from "../parts/list.js";
import { Empty, View } from "../parts/view.js";
import { go } from "../shell/address.js";
import { usePages } from "../state/request.js";
import { may } from "../state/session.js";
import { forgetChoices } from "./choices.js";
import { clientFields, SOURCES } from "./fields.js";
import { html, t } from "../words.js";

/** @import { ClientRecord } from "../api/types.js" */

const PAGE = 50;
const SHOWN = [
  { value: "", label: t`Active` },
  { value: "archived", label: t`Archived` },
];

export default function Clients() {
  const [shown, setShown] = useState("");
  const [isAdding, setAdding] = useState(false);
  const archived = shown === "archived";
  const pages = usePages((cursor, signal) => get("/api/clients", { query: { limit: PAGE, cursor, archived }, signal }), [shown]);
  const row = (/** @type {ClientRecord} */ client) => html`<${ClientLine} key=${client.id} client=${client} />`;
  const empty = archived
    ? html`<${Empty} icon="person" title="No client is archived" />`
    : html`<${Empty} icon="person" title="No clients yet"><p>Add the clients that you bill expenses to. Expenses select them, and claims are sent to them.</p><//>`;
  const add = async (/** @type {any} */ body) => {
    const client = await post("/api/clients", body);
    forgetChoices();
    go(`/clients/${client.id}`);
  };
  const actions = may("book") && html`<button type="button" class="button primary" onClick=${() => setAdding(true)}>Add a client</button>`;
  return html`
    <${View} title="Clients" actions=${actions}>
      <div class="fields-row is-single"><${SelectField} label="Show" options=${SHOWN} value=${shown} onValue=${setShown} /></div>
      <${PagedList} pages=${pages} label="Clients" row=${row} empty=${empty} />
      ${isAdding && html`<${FormDialog} title="Add a client" action="Add" fields=${clientFields()} onSend=${add} onClose=${() => setAdding(false)} />`}
    <//>
  `;
}

/** @param {{ client: ClientRecord }} props */
function ClientLine({ client: { id, name, city, mail, source, openProjects, archivedAt } }) {
  const note = [city, mail, source && (SOURCES[source] ?? source)].filter(Boolean).join(" · ");
  return html`
    <li class="line">
      <a href=${`/clients/${id}`}>
        <span class="line-title">${name}</span>
        <span class="line-note">${note || t`No address or e-mail yet`}</span>
        <span class="line-day">${archivedAt ? t`Archived` : openProjects > 0 && counted(openProjects, "project")}</span>
      </a>
    </li>
  `;
}
