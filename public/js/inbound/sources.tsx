/**
 * The systems that may send events to the account, for its owners: set up, given another secret,
 * taken over, ended.
 */

import { useState } from "preact/hooks";

import { del, get, post } from "../api/client.ts";
import { counted, moment } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { CopyField, LinkField } from "../parts/copy-field.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormDialog } from "../parts/form.tsx";
import { New } from "../parts/new.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { MappingForm, NewSource } from "./source-forms.tsx";
import { UnmappedEvents } from "./unmapped-events.tsx";
import { field } from "../values/schema.ts";
import { madeBy } from "./made-by.ts";
import { t } from "../words.ts";
import type { CreatedSource, InboundSource } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

type Act = "address" | "mapping" | "secret" | "takeOver" | "end" | "events";

const SCHEMES = {
  "standard-webhooks": t`Standard Webhooks`,
  stripe: t`Stripe`,
  github: t`GitHub`,
  hmac: t`plain HMAC`,
};

export function Sources() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/inbound-sources", { signal }),
    [],
  );
  const [chosen, choose] = useState<{ source: InboundSource; act: Act } | null>(null);
  const [made, show] = useState<CreatedSource | null>(null);
  const close = () => choose(null);
  const onMade = (source: CreatedSource) => {
    close();
    show(source);
    again();
  };
  const onDone = () => {
    close();
    again();
  };
  return (
    <section class="card" aria-labelledby="sources-title">
      <h2 id="sources-title">Events from other systems</h2>
      <p class="quiet">
        Another system posts its events to an address of its own. What they mean here, a mapping
        says.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && answer.items.length > 0 && (
        <ul class="lines">
          {answer.items.map((source) => (
            <Source key={source.id} source={source} choose={choose} />
          ))}
        </ul>
      )}
      <New label={t`New source …`}>{(close) => <NewSource onClose={close} onMade={onMade} />}</New>
      {chosen?.act === "address" && <Address source={chosen.source} onClose={close} />}
      {chosen?.act === "mapping" && (
        <MappingForm source={chosen.source} onClose={close} onDone={onDone} />
      )}
      {chosen?.act === "secret" && (
        <NewSecret source={chosen.source} onClose={close} onMade={onMade} />
      )}
      {chosen?.act === "takeOver" && (
        <TakeOver source={chosen.source} onClose={close} onMade={onMade} />
      )}
      {chosen?.act === "end" && <End source={chosen.source} onClose={close} onDone={onDone} />}
      {chosen?.act === "events" && <UnmappedEvents source={chosen.source} onClose={onDone} />}
      {made && <Made source={made} onClose={() => show(null)} />}
    </section>
  );
}

function Source({
  source,
  choose,
}: {
  source: InboundSource;
  choose: (chosen: { source: InboundSource; act: Act }) => void;
}) {
  const { name, scheme, refused, waiting, unmapped, people, stopped } = source;
  const notes = [
    SCHEMES[scheme.name],
    people.length > 0 && t`answered for by ${people.map((each) => each.name).join(", ")}`,
    waiting && t`${counted(waiting, "event")} to work off`,
    unmapped && t`${counted(unmapped, "event")} not mapped`,
    refused.count &&
      refused.at &&
      t`${counted(refused.count, "event")} refused, the last on ${moment(refused.at)}`,
  ];
  const acts: { act: Act; label: string; isDanger?: boolean }[] = [
    { act: "address", label: t`Address` },
    { act: "mapping", label: t`Mapping` },
    ...(stopped ? [] : [{ act: "secret", label: t`New secret` } as const]),
    { act: "takeOver", label: t`Take over` },
    { act: "end", label: t`End`, isDanger: true },
  ];
  if (unmapped) acts.unshift({ act: "events", label: t`Not mapped` });
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">{notes.filter(Boolean).join(" · ")}</span>
        {stopped && (
          <span class="line-note bad">
            Takes no events since {moment(stopped.at)}: {stopped.name ?? t`Somebody`}, who stands
            behind it, left or lost a right that it needs. Take it over, or end it.
          </span>
        )}
        <span class="line-actions">
          {acts.map(({ act, label, isDanger }) => (
            <button
              key={act}
              type="button"
              class={`button small ${isDanger ? "danger" : ""}`}
              aria-label={t`${label} of ${name}`}
              onClick={() => choose({ source, act })}
            >
              {label}…
            </button>
          ))}
        </span>
      </div>
    </li>
  );
}

const SECRET = [
  field("secret", t`The sender’s secret`, {
    hint: t`Leave it empty to have one made.`,
    initial: undefined,
  }),
];

function NewSecret({
  source,
  onClose,
  onMade,
}: {
  source: InboundSource;
  onClose: () => void;
  onMade: (made: CreatedSource) => void;
}) {
  const path = { source_id: source.id };
  const replace = (body: Body) =>
    post("/api/inbound-sources/{source_id}/secrets", body, { path }).then(madeBy(body, onMade));
  const asked = {
    title: t`Another secret for ${source.name}?`,
    action: t`Replace the secret`,
    fields: SECRET,
    onSend: replace,
  };
  return (
    <FormDialog {...asked} onClose={onClose}>
      <p>It holds at once. The one before holds for another 24 hours.</p>
    </FormDialog>
  );
}

function TakeOver({
  source,
  onClose,
  onMade,
}: {
  source: InboundSource;
  onClose: () => void;
  onMade: (made: CreatedSource) => void;
}) {
  const path = { source_id: source.id };
  const takeOver = (body: Body) =>
    post("/api/inbound-sources/{source_id}/take-over", body, { path }).then(madeBy(body, onMade));
  const asked = {
    title: t`Take ${source.name} over?`,
    action: t`Take over`,
    fields: SECRET,
    onSend: takeOver,
  };
  return (
    <FormDialog {...asked} onClose={onClose}>
      <p>
        From then on you alone stand behind it, and its events may do what you may. You do not
        approve what they ask for.
      </p>
      <p>It gets a new secret. Those before end at once, so give it to the sender right away.</p>
    </FormDialog>
  );
}

function End({
  source,
  onClose,
  onDone,
}: {
  source: InboundSource;
  onClose: () => void;
  onDone: () => void;
}) {
  const end = async () => {
    await del("/api/inbound-sources/{source_id}", { path: { source_id: source.id } });
    notify(t`${source.name} sends no events any more.`, { kind: "success" });
    onDone();
  };
  return (
    <FormDialog
      title={t`End ${source.name}?`}
      action="End the source"
      isDanger
      onSend={end}
      onClose={onClose}
    >
      <p>Its address answers nobody any more. What it sent stays.</p>
    </FormDialog>
  );
}

function Made({ source, onClose }: { source: CreatedSource; onClose: () => void }) {
  return (
    <Dialog title={source.name} onClose={onClose}>
      <p>
        Give the sender this address
        {source.secret ? t`, and the secret, which is shown only now` : ""}.
      </p>
      <LinkField label="Address" path={source.path} />
      {source.secret && <CopyField label="Secret" value={source.secret} />}
    </Dialog>
  );
}

function Address({ source, onClose }: { source: InboundSource; onClose: () => void }) {
  return (
    <Dialog title={t`Where ${source.name} sends to`} onClose={onClose}>
      <LinkField label="Address" path={source.path} />
    </Dialog>
  );
}
