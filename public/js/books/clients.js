// @ts-check
/** Clients and projects that the CRM's won deals have opened. */

import { get } from "../api/client.js";
import { counted } from "../format.js";
import { PagedList } from "../parts/list.js";
import { Moment, Money } from "../parts/values.js";
import { Empty, View } from "../parts/view.js";
import { usePages } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { Client, Project } from "../api/types.js" */

const PAGE = 20;
/** @type {Record<string, string>} */
const SOURCES = { hubspot: t`HubSpot` };

export default function Clients() {
  const clients = usePages((cursor, signal) => get("/api/clients", { query: { limit: PAGE, cursor }, signal }), []);
  const projects = usePages((cursor, signal) => get("/api/projects", { query: { limit: PAGE, cursor }, signal }), []);
  const isNone = !clients.isLoading && !clients.problem && clients.items.length === 0 && projects.items.length === 0;
  return html`
    <${View} title="Clients and projects">
      <p class="back-link"><a href="/books">All books</a></p>
      ${isNone
        ? html`<${Empty} icon="person" title="No deal was won yet"><p>A deal that is won in the CRM opens a client and a project. Expenses name them, and claims bill them.</p><//>`
        : html`
            <section aria-labelledby="projects-title">
              <h2 id="projects-title">Projects: deals won</h2>
              <${PagedList} pages=${projects} label="Projects" row=${(/** @type {Project} */ each) => html`<${ProjectLine} key=${each.id} project=${each} />`} empty=${html`<p class="quiet">There is none.</p>`} />
            </section>
            <section aria-labelledby="clients-title">
              <h2 id="clients-title">Clients</h2>
              <${PagedList} pages=${clients} label="Clients" row=${(/** @type {Client} */ each) => html`<${ClientLine} key=${each.id} client=${each} />`} empty=${html`<p class="quiet">There is none.</p>`} />
            </section>
          `}
    <//>
  `;
}

/** @param {{ project: Project }} props */
function ProjectLine({ project: { name, client, amount, currency, openedAt, closedAt } }) {
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">${client} · won <${Moment} at=${openedAt} />${closedAt && html` · won no more since <${Moment} at=${closedAt} />`}</span>
        <span class="line-day"><span class="pill" data-status=${closedAt ? "" : "complete"}>${closedAt ? t`Closed` : t`Open`}</span></span>
        <span class="line-amount">${amount && html`<${Money} amount=${amount} currency=${currency} />`}</span>
      </div>
    </li>
  `;
}

/** @param {{ client: Client }} props */
function ClientLine({ client: { name, mail, source, openProjects } }) {
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">${[mail, SOURCES[source] ?? source].filter(Boolean).join(" · ")}</span>
        <span class="line-amount">${counted(openProjects, "open project")}</span>
      </div>
    </li>
  `;
}
