/** Webhooks: the account's endpoints, what was sent to them, and sending it again. */

import { useState } from "preact/hooks";

import { del, get, patch, post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/fields.tsx";
import { FormDialog } from "../parts/form.tsx";
import { NewByForm } from "../parts/new.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { field } from "../values/schema.ts";
import { Deliveries } from "./deliveries.tsx";
import { Replays } from "./replays.tsx";
import { tellOfLostSecret } from "../parts/lost-secret.ts";
import { t } from "../words.ts";
import type { Endpoint } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const WHY = {
  owner: t`disabled`,
  gone: t`disabled: it answered 410`,
  failing: t`disabled: it failed for days`,
};

export default function Webhooks() {
  const [times, setTimes] = useState(0);
  const again = () => setTimes((before) => before + 1);
  return (
    <View title="Webhooks">
      {may("administer") && <Endpoints onTried={again} />}{" "}
      {may("operate") && <Deliveries times={times} />}
    </View>
  );
}

/** `onTried`: there may be new deliveries */
function Endpoints({ onTried }: { onTried: () => void }) {
  const { answer, problem, isLoading, ...endpoints } = useRequest(
    (signal) => get("/api/endpoints", { signal }),
    [],
  );
  const [secret, show] = useState<string | null>(null);
  const shown = (made: string | null) => {
    if (made === null) tellOfLostSecret();
    show(made);
  };
  const again = () => {
    endpoints.again();
    onTried();
  };
  return (
    <section class="card" aria-labelledby="endpoints-title">
      <h2 id="endpoints-title">Endpoints</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={endpoints.again} />
      {answer?.items.length === 0 && (
        <p class="quiet">There is none: nobody outside is told of anything.</p>
      )}
      <ul class="lines">
        {answer?.items.map((each) => (
          <Endpoint key={each.id} endpoint={each} again={again} show={shown} />
        ))}
      </ul>
      <Create
        onMade={(made: string | null) => {
          shown(made);
          again();
        }}
      />
      {secret && <Secret secret={secret} onClose={() => show(null)} />}
    </section>
  );
}

function Endpoint({
  endpoint,
  again,
  show,
}: {
  endpoint: Endpoint;
  again: () => void;
  show: (secret: string | null) => void;
}) {
  const { id, url, origin, topics, status, disabledWhy, failingSince } = endpoint;
  const [asks, ask] = useState<"delete" | "rotate" | "replay" | null>(null);
  const path = { endpoint_id: id };
  const close = () => ask(null);
  const attempt = (act: () => Promise<void>) => () => act().then(again, report);
  const toggle = attempt(async () => {
    await patch("/api/endpoints/{endpoint_id}", { enabled: status === "disabled" }, { path });
  });
  const test = attempt(async () => {
    const tested = await post("/api/endpoints/{endpoint_id}/test", null, {
      path,
    });
    if (tested.state === "delivered")
      notify(t`The receiver answered ${tested.lastStatus}.`, { kind: "success" });
    else notify(t`It was not taken: ${tested.lastError}.`, { kind: "problem" });
  });
  const why = WHY[(disabledWhy ?? "owner") as keyof typeof WHY];
  const isOwn = origin === "account";
  const note = [
    isOwn ? "" : t`of this deployment`,
    topics.length ? topics.join(", ") : t`all events`,
    status === "disabled" ? why : failingSince ? "failing" : "enabled",
  ];
  const action = (label: string, onClick: () => void, isDanger = false) => (
    <button
      type="button"
      class={`button small ${isDanger ? "danger" : ""}`}
      aria-label={`${label.replace("…", "")}: ${url}`}
      onClick={onClick}
    >
      {label}
    </button>
  );
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title" style="overflow-wrap: anywhere">
          {url}
        </span>
        <span class="line-note">{note.filter(Boolean).join(" · ")}</span>
        <span class="line-actions">
          {action(t`Test`, test)} {action(status === "disabled" ? t`Enable` : t`Disable`, toggle)}
          {status !== "disabled" && may("operate") && action(t`Past events…`, () => ask("replay"))}
          {isOwn && action(t`New key…`, () => ask("rotate"))}{" "}
          {isOwn && action(t`Delete…`, () => ask("delete"), true)}
        </span>
      </div>
      {asks === "rotate" && (
        <Rotate
          endpoint={endpoint}
          onClose={close}
          onMade={(made: string | null) => {
            show(made);
            again();
          }}
        />
      )}
      {asks === "replay" && <Replays endpoint={endpoint} onClose={close} onBegun={again} />}
      {asks === "delete" && <Delete endpoint={endpoint} onClose={close} onDone={again} />}
    </li>
  );
}

const FIELDS = [
  field("url", t`Address`, { placeholder: "https://…", maxLength: 2000 }),
  field("topics", t`Events`, { placeholder: t`all`, hint: t`Such as expense.*` }),
];

function Create({ onMade }: { onMade: (secret: string | null) => void }) {
  const create = async ({ url, topics }: Body) => {
    const body = { url: url.trim(), topics: topics.split(/[\s,]+/).filter(Boolean) };
    onMade((await post("/api/endpoints", body)).secret);
  };
  return (
    <NewByForm
      label={t`New endpoint …`}
      title="New endpoint"
      action="Add the endpoint"
      fields={FIELDS}
      onSend={create}
    />
  );
}

function Rotate({
  endpoint,
  onClose,
  onMade,
}: {
  endpoint: Endpoint;
  onClose: () => void;
  onMade: (secret: string | null) => void;
}) {
  const rotate = async () => {
    const path = { endpoint_id: endpoint.id };
    onMade((await post("/api/endpoints/{endpoint_id}/rotate-secret", {}, { path })).secret);
  };
  return (
    <FormDialog title="A new key?" action="Make the key" onSend={rotate} onClose={onClose}>
      <p>
        For a day what is sent bears the signatures of both keys. Put the new one into your receiver
        until then.
      </p>
    </FormDialog>
  );
}

function Delete({
  endpoint,
  onClose,
  onDone,
}: {
  endpoint: Endpoint;
  onClose: () => void;
  onDone: () => void;
}) {
  const remove = () =>
    del("/api/endpoints/{endpoint_id}", { path: { endpoint_id: endpoint.id } }).then(onDone);
  return (
    <FormDialog
      title="Delete the endpoint?"
      action="Delete"
      isDanger
      onSend={remove}
      onClose={onClose}
    >
      <p>What is on its way to {endpoint.url} is cancelled, and its key is forgotten.</p>
    </FormDialog>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const attributes = { readOnly: true };
  return (
    <Dialog title="The key of the endpoint" onClose={onClose}>
      <p>Your receiver verifies what it gets with it. It is shown only now.</p>
      <TextField label="Key" value={secret} onValue={() => {}} attributes={attributes} />
    </Dialog>
  );
}
