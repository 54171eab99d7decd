/** One client: what is known of it, its projects, and what can be done with it. */

import { useState } from "preact/hooks";

import { del, get, patch, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { FormDialog } from "../parts/form.tsx";
import { PagedList } from "../parts/list.tsx";
import { NewByForm } from "../parts/new.tsx";
import { Money } from "../parts/values.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { useAct } from "../parts/use-act.ts";
import { go } from "../shell/address.ts";
import { report } from "../state/report.ts";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { choice, field } from "../values/schema.ts";
import { choices, forgetChoices, loadChoices } from "./choices.ts";
import { clientFields, countryName, languageName, SOURCES } from "./fields.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { ClientRecord, Project } from "../api/types.d.ts";

const PAGE = 50;

export default function ClientPage({ params }: { params: Record<string, string> }) {
  const id = params.id ?? "";
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/clients/{client_id}", { path: { client_id: id }, signal }),
    [id],
  );
  return (
    <View
      title={answer?.name ?? t`Client`}
      actions={answer && may("book") && <Actions client={answer} onChanged={set} />}
    >
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && (
        <>
          <Facts client={answer} />
          <Projects client={answer} />
        </>
      )}
    </View>
  );
}

function tellArchived(name: string, restore: () => Promise<void>) {
  notify(t`${name} is archived.`, {
    kind: "success",
    action: { label: t`Undo`, onAction: () => void restore().catch(report) },
  });
}

function Facts({ client }: { client: ClientRecord }) {
  const {
    street,
    postalCode,
    city,
    country,
    vatId,
    mail,
    language,
    currency,
    termsDays,
    reference,
    debtorAccount,
    source,
    archivedAt,
  } = client;
  const facts = [
    [
      t`Address`,
      [street, [postalCode, city].filter(Boolean).join(" "), countryName(country)]
        .filter(Boolean)
        .join(", "),
    ],
    [t`VAT id`, vatId],
    [t`E-mail for invoices`, mail],
    [t`Language`, languageName(language)],
    [t`Currency`, currency],
    [t`Payment terms`, termsDays === null ? "" : counted(termsDays, "day")],
    [t`Their reference`, reference],
    [t`Debtor account`, debtorAccount],
    [t`Added`, source ? (SOURCES[source] ?? source) : ""],
  ].filter(([, said]) => said);
  return (
    <section class="card" aria-label="Details">
      {client.mergedInto && (
        <p role="note">
          It was merged into <a href={`/clients/${client.mergedInto}`}>another client</a>.
        </p>
      )}
      {archivedAt && !client.mergedInto && (
        <p role="note">It is archived: expenses cannot select it any more.</p>
      )}
      {client.alike.map((other) => (
        <p key={other} class="form-problem" role="note">
          <a href={`/clients/${other}`}>
            Another client’s name looks the same. Rename one, or merge the two.
          </a>
        </p>
      ))}
      {facts.length > 0 ? (
        <dl class="facts-list">
          {facts.map(([term, said]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{said}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p class="quiet">Add the address and the e-mail, so that invoices can be sent.</p>
      )}
    </section>
  );
}

function Actions({
  client,
  onChanged,
}: {
  client: ClientRecord;
  onChanged: (client: ClientRecord) => void;
}) {
  const [open, setOpen] = useState<"edit" | "merge" | "delete" | null>(null);
  const path = { client_id: client.id };
  const onClose = () => setOpen(null);
  const change = async (body: any) => {
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
  const others = (choices.value ?? [])
    .filter(({ id }) => id !== client.id)
    .map(({ id, name }) => ({ value: id, label: name }));
  const merge = async (body: any) => {
    const kept = await post("/api/clients/{client_id}/merge", { into: body.into }, { path });
    forgetChoices();
    notify(t`${client.name} is merged into ${kept.name}.`, { kind: "success" });
    go(`/clients/${kept.id}`);
  };
  if (client.mergedInto) return null;
  return (
    <>
      <Problem>{archiving.problem}</Problem>
      <button type="button" class="button primary" onClick={() => setOpen("edit")}>
        Edit
      </button>
      <button type="button" class="button" disabled={archiving.isBusy} onClick={archiving.act}>
        {client.archivedAt ? t`Restore` : t`Archive`}
      </button>
      {!client.archivedAt && (
        <button
          type="button"
          class="button"
          onClick={() => void loadChoices().then(() => setOpen("merge"))}
        >
          Merge…
        </button>
      )}
      <button type="button" class="button" onClick={() => setOpen("delete")}>
        Delete…
      </button>
      {open === "edit" && (
        <FormDialog
          title={t`Edit ${client.name}`}
          action="Save"
          fields={clientFields(client)}
          values={client}
          onSend={change}
          onClose={onClose}
        />
      )}
      {open === "merge" && (
        <FormDialog
          title={t`Merge ${client.name} into another client?`}
          action="Merge"
          isDanger
          fields={[choice("into", t`Client that stays`, others)]}
          onSend={merge}
          onClose={onClose}
        >
          <p>The other client gets its expenses and projects. This cannot be undone.</p>
        </FormDialog>
      )}
      {open === "delete" && (
        <FormDialog
          title={t`Delete ${client.name}?`}
          action="Delete"
          isDanger
          onSend={remove}
          onClose={onClose}
        >
          <p>
            Only a client without expenses, invoices and projects can be deleted. Archive the
            others.
          </p>
        </FormDialog>
      )}
    </>
  );
}

function Projects({ client }: { client: ClientRecord }) {
  const pages = usePages(
    (cursor, signal) =>
      get("/api/projects", { query: { limit: PAGE, cursor, client: client.id }, signal }),
    [client.id],
  );
  const add = async ({ name }: any) => {
    await post("/api/clients/{client_id}/projects", { name }, { path: { client_id: client.id } });
    forgetChoices();
    pages.again();
  };
  const row = (project: Project) => (
    <ProjectLine key={project.id} project={project} onChanged={pages.again} />
  );
  return (
    <section aria-labelledby="projects-title">
      <h2 id="projects-title">Projects</h2>
      <PagedList
        pages={pages}
        label="Projects"
        row={row}
        empty={<p class="quiet">No projects yet.</p>}
      />
      {may("book") && !client.archivedAt && (
        <NewByForm
          label={t`New project …`}
          title="New project"
          action="Add the project"
          fields={[NAME]}
          onSend={add}
        />
      )}
    </section>
  );
}

const NAME = field("name", t`Name`, { isNeeded: true, initial: undefined, maxLength: 200 });

function ProjectLine({
  project: { id, name, amount, currency, closedAt, source },
  onChanged,
}: {
  project: Project;
  onChanged: () => void;
}) {
  const [isEditing, setEditing] = useState(false);
  const change = async (body: any) => {
    await patch("/api/projects/{project_id}", body, { path: { project_id: id } });
    forgetChoices();
    onChanged();
  };
  const archiving = useAct(async () => {
    await change({ archived: !closedAt });
    if (!closedAt) tellArchived(name, () => change({ archived: false }));
  });
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">
          {[closedAt && t`Archived`, source && (SOURCES[source] ?? source)]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <span class="line-amount">{amount && <Money amount={amount} currency={currency} />}</span>
        {may("book") && (
          <span class="line-actions">
            <button
              type="button"
              class="button small"
              aria-label={t`Rename ${name}`}
              onClick={() => setEditing(true)}
            >
              Rename
            </button>
            <button
              type="button"
              class="button small"
              aria-label={closedAt ? t`Restore ${name}` : t`Archive ${name}`}
              disabled={archiving.isBusy}
              onClick={archiving.act}
            >
              {closedAt ? t`Restore` : t`Archive`}
            </button>
          </span>
        )}
        <Problem>{archiving.problem}</Problem>
      </div>
      {isEditing && (
        <FormDialog
          title={t`Rename ${name}`}
          action="Save"
          fields={[NAME]}
          values={{ name }}
          onSend={change}
          onClose={() => setEditing(false)}
        />
      )}
    </li>
  );
}
