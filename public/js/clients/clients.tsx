/** Clients: whom expenses are billed to. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { SelectField } from "../parts/fields.tsx";
import { PagedList } from "../parts/list.tsx";
import { NewByForm } from "../parts/new.tsx";
import { Empty, View } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { forgetChoices } from "./choices.ts";
import { clientFields, SOURCES } from "./fields.ts";
import { t } from "../words.ts";
import type { ClientRecord } from "../api/types.d.ts";

const PAGE = 50;
const SHOWN = [
  { value: "", label: t`Active` },
  { value: "archived", label: t`Archived` },
];

export default function Clients() {
  const [shown, setShown] = useState("");
  const archived = shown === "archived";
  const home = useRequest((signal) => get("/api/company", { signal }), []).answer?.country;
  const pages = usePages(
    (cursor, signal) => get("/api/clients", { query: { limit: PAGE, cursor, archived }, signal }),
    [shown],
  );
  const row = (client: ClientRecord) => <ClientLine key={client.id} client={client} />;
  const empty = archived ? (
    <Empty icon="person" title="No client is archived" />
  ) : (
    <Empty icon="person" title="No clients yet">
      <p>
        Add the clients that you bill expenses to. Expenses select them, and invoices are sent to
        them.
      </p>
    </Empty>
  );
  const add = async (body: any) => {
    const client = await post("/api/clients", body);
    forgetChoices();
    go(`/clients/${client.id}`);
  };
  const actions = may("book") && (
    <NewByForm
      label={t`New client …`}
      isPrimary
      isAction
      title="New client"
      action="Add the client"
      fields={clientFields(null, home ?? null)}
      onSend={add}
    />
  );
  return (
    <View title="Clients" actions={actions}>
      <div class="fields-row is-single">
        <SelectField label="Show" options={SHOWN} value={shown} onValue={setShown} />
      </div>
      <PagedList pages={pages} label="Clients" row={row} empty={empty} />
    </View>
  );
}

function ClientLine({
  client: { id, name, city, mail, source, openProjects, archivedAt, alike },
}: {
  client: ClientRecord;
}) {
  const note = [city, mail, source && (SOURCES[source] ?? source)].filter(Boolean).join(" · ");
  return (
    <li class="line">
      <a href={`/clients/${id}`}>
        <span class="line-title">{name}</span>
        <span class="line-note">{note || t`No address or e-mail yet`}</span>
        <span class="line-day">
          {archivedAt ? t`Archived` : openProjects > 0 && counted(openProjects, "project")}
        </span>
      </a>
      {alike.length > 0 && (
        <p class="form-problem" role="note">
          Another client’s name looks the same. Rename one, or merge the two.
        </p>
      )}
    </li>
  );
}
