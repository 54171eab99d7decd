// @ts-check
/** One client: what is known of it, its projects, and what can be done with it. */

import { useState } from "preact/hooks";

import { del, get, patch, post } from "../api/client.js";
import { counted } from "../format.js";
import { notify } from "../notifications/notices.js";
import { FormDialog } from "../parts/form.js";
import { PagedList } from "../parts/list.js";
import { Money } from "../parts/values.js";
import { View, Waiting } from "../parts/view.js";
import { useAct } from "../parts/use-act.js";
import { go } from "../shell/address.js";
import { report } from "../state/report.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { choice, field } from "../values/schema.js";
import { choices, forgetChoices, loadChoices } from "./choices.js";
import { clientFields, countryName, languageName, SOURCES } from "./fields.js";
import { html, t } from "../words.js";

/** @import { ClientRecord, Project } from "../api/types.js" */

const PAGE = 50;

/** @param {{ params: Record<string, string> }} props */
export default function ClientPage({ params }) {
  const id = params.id ?? "";
  const { answer, problem, isLoading, again, set } = useRequest((signal) => get("/api/clients/{client_id}", { path: { client_id: id }, signal }), [id]);
  return html`
    <${View} title=${answer?.name ?? t`Client`} actions=${answer && may("book") && html`<${Actions} client=${answer} onChanged=${set} />`}>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && html`<${Facts} client=${answer} /><${Projects} client=${answer} />`}
    <//>
  `;
}

/** @param {string} name @param {() => Promise<void>} restore */
function tellArchived(name, restore) {
  notify(t`${name} is archived.`, { kind: "success", action: { label: t`Undo`, onAction: () => void restore().catch(report) } });
}

/** @param {{ client: ClientRecord }} props */
function Facts({ client }) {
  const { street, postalCode, city, country, vatId, mail, language, currency, termsDays, reference, source, archivedAt } = client;
  const facts = [
    [t`Address`, [street, [postalCode, city].filter(Boolean).join(" "), countryName(country)].filter(Boolean).join(", ")],
    [t`VAT id`, vatId],
    [t`E-mail for claims`, mail],
    [t`Language`, languageName(language)],
    [t`Currency`, currency],
    [t`Payment terms`, termsDays === null ? "" : counted(termsDays, "day")],
    [t`Their reference`, reference],
    [t`Added`, source ? (SOURCES[source] ?? source) : ""],
  ].filter(([, said]) => said);
  return html`
    <section class="card" aria-label="Details">
      ${client.mergedInto && html`<p role="note">It was merged into <a href=${`/clients/${client.mergedInto}`}>another client</a>.</p>`}
      ${archivedAt && !client.mergedInto && html`<p role="note">It is archived: expenses cannot select it any more.</p>`}
      ${facts.length > 0
        ? html`<dl class="facts-list">${facts.map(([term, said]) => html`<div key=${term}><dt>${term}</dt><dd>${said}</dd></div>`)}</dl>`
        : html`<p class="quiet">Add the address and the e-mail, so that claims can be sent.</p>`}
    </section>
  `;
}

/** @param {{ client: ClientRecord, onChanged: (client: ClientRecord) => void }} props */
function Actions({ client, onChanged }) {
  const [open, setOpen] = useState(/** @type {"edit" | "merge" | "delete" | null} */ (null));
  const path = { client_id: client.id };
  const onClose = () => setOpen(null);
  const change = async (/** @type {any} */ body) => {
    onChanged(await patch("/api/clients/{client_id}", body, { path }));
    forgetChoices();
  };
  const archiving = useAct(async () => {
    await change({ archived: !client.archivedAt });
    if (!client.archivedAt) tellArchived(client.name, () => change({ archived: false }));
  });
  const remove = async () => {
    await del("/api/clients/{client_id}", { path });
    forgetChoices();
    go("/clients");
  };
  const others = (choices.value ?? []).filter(({ id }) => id !== client.id).map(({ id, name }) => ({ value: id, label: name }));
  const merge = async (/** @type {any} */ body) => {
    const kept = await post("/api/clients/{client_id}/merge", { into: body.into }, { path });
    forgetChoices();
    notify(t`${client.name} is merged into ${kept.name}.`, { kind: "success" });
    go(`/clients/${kept.id}`);
  };
  if (client.mergedInto) return null;
  return html`
    ${archiving.problem && html`<p class="form-problem" role="alert">${archiving.problem}</p>`}
    <button type="button" class="button primary" onClick=${() => setOpen("edit")}>Edit</button>
    <button type="button" class="button" disabled=${archiving.isBusy} onClick=${archiving.act}>${client.archivedAt ? t`Restore` : t`Archive`}</button>
    ${!client.archivedAt && html`<button type="button" class="button" onClick=${() => void loadChoices().then(() => setOpen("merge"))}>Merge…</button>`}
    <button type="button" class="button" onClick=${() => setOpen("delete")}>Delete…</button>
    ${open === "edit" && html`<${FormDialog} title=${t`Edit ${client.name}`} action="Save" fields=${clientFields(client)} values=${client} onSend=${change} onClose=${onClose} />`}
    ${open === "merge" &&
    html`
      <${FormDialog} title=${t`Merge ${client.name} into another client?`} action="Merge" isDanger=${true} fields=${[choice("into", t`Client that stays`, others)]} onSend=${merge} onClose=${onClose}>
        <p>The other client gets its expenses and projects. This cannot be undone.</p>
      <//>
    `}
    ${open === "delete" &&
    html`
      <${FormDialog} title=${t`Delete ${client.name}?`} action="Delete" isDanger=${true} onSend=${remove} onClose=${onClose}>
        <p>Only a client without expenses, claims and projects can be deleted. Archive the others.</p>
      <//>
    `}
  `;
}

/** @param {{ client: ClientRecord }} props */
function Projects({ client }) {
  const [isAdding, setAdding] = useState(false);
  const pages = usePages((cursor, signal) => get("/api/projects", { query: { limit: PAGE, cursor, client: client.id }, signal }), [client.id]);
  const add = async (/** @type {any} */ { name }) => {
    await post("/api/clients/{client_id}/projects", { name }, { path: { client_id: client.id } });
    forgetChoices();
    pages.again();
  };
  const row = (/** @type {Project} */ project) => html`<${ProjectLine} key=${project.id} project=${project} onChanged=${pages.again} />`;
  return html`
    <section aria-labelledby="projects-title">
      <h2 id="projects-title">Projects</h2>
      <${PagedList} pages=${pages} label="Projects" row=${row} empty=${html`<p class="quiet">No projects yet.</p>`} />
      ${may("book") && !client.archivedAt && html`<p><button type="button" class="button" onClick=${() => setAdding(true)}>Add a project</button></p>`}
      ${isAdding && html`<${FormDialog} title="Add a project" action="Add" fields=${[NAME]} onSend=${add} onClose=${() => setAdding(false)} />`}
    </section>
  `;
}

const NAME = field("name", t`Name`, { isNeeded: true, initial: undefined, maxLength: 200 });

/** @param {{ project: Project, onChanged: () => void }} props */
function ProjectLine({ project: { id, name, amount, currency, closedAt, source }, onChanged }) {
  const [isEditing, setEditing] = useState(false);
  const change = async (/** @type {any} */ body) => {
    await patch("/api/projects/{project_id}", body, { path: { project_id: id } });
    forgetChoices();
    onChanged();
  };
  const archiving = useAct(async () => {
    await change({ archived: !closedAt });
    if (!closedAt) tellArchived(name, () => change({ archived: false }));
  });
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">${[closedAt && t`Archived`, source && (SOURCES[source] ?? source)].filter(Boolean).join(" · ")}</span>
        <span class="line-amount">${amount && html`<${Money} amount=${amount} currency=${currency} />`}</span>
        ${may("book") &&
        html`<span class="line-actions">
          <button type="button" class="button small" aria-label=${t`Rename ${name}`} onClick=${() => setEditing(true)}>Rename</button>
          <button type="button" class="button small" aria-label=${closedAt ? t`Restore ${name}` : t`Archive ${name}`} disabled=${archiving.isBusy} onClick=${archiving.act}>${closedAt ? t`Restore` : t`Archive`}</button>
        </span>`}
        ${archiving.problem && html`<p class="form-problem" role="alert">${archiving.problem}</p>`}
      </div>
      ${isEditing && html`<${FormDialog} title=${t`Rename ${name}`} action="Save" fields=${[NAME]} values=${{ name }} onSend=${change} onClose=${() => setEditing(false)} />`}
    </li>
  `;
}
