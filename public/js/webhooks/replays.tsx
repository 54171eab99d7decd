/** Past events that are sent to one endpoint: asked for, how far each replay is, and stopped. */

import { del, get, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { FormDialog } from "../parts/form.tsx";
import { Moment } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { Endpoint, Replay } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const STATES = { running: t`under way`, done: t`all are on their way`, stopped: t`stopped` };
const FIELDS = [
  field("since", t`Since`, {
    type: "day",
    initial: undefined,
    hint: t`From this day on, UTC. Empty: from the first event.`,
  }),
  field("topics", t`Events`, { placeholder: t`all`, hint: t`Such as expense.*` }),
];

export function Replays({
  endpoint,
  onClose,
  onBegun,
}: {
  endpoint: Endpoint;
  onClose: () => void;
  onBegun: () => void;
}) {
  const path = { endpoint_id: endpoint.id };
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/endpoints/{endpoint_id}/replays", { path, signal }),
    [endpoint.id],
  );
  const begin = async ({ since, topics }: Body) => {
    const body = { topics: topics.split(/[\s,]+/).filter(Boolean), ...(since && { since }) };
    await post("/api/endpoints/{endpoint_id}/replays", body, { path });
    notify(t`Past events are on their way.`, { kind: "success" });
    onBegun();
  };
  return (
    <FormDialog
      title="Send past events?"
      action="Send them"
      fields={FIELDS}
      onSend={begin}
      onClose={onClose}
    >
      <p style="overflow-wrap: anywhere">
        {endpoint.url} gets what it did not take yet, the oldest first, 50 a minute at most.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines" aria-label="Sent before">
        {answer?.items.map((each) => (
          <Line key={each.id} replay={each} again={again} />
        ))}
      </ul>
    </FormDialog>
  );
}

function Line({ replay, again }: { replay: Replay; again: () => void }) {
  const { id, endpointId, since, topics, state, queued, createdAt } = replay;
  const path = { endpoint_id: endpointId, replay_id: id };
  const stop = () =>
    del("/api/endpoints/{endpoint_id}/replays/{replay_id}", { path }).then(again, report);
  const said = [
    STATES[state],
    counted(queued, "event"),
    topics.join(", ") || t`all events`,
    since ? t`since ${since.slice(0, 10)}` : "",
  ];
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-note">
          <Moment at={createdAt} /> · {said.filter(Boolean).join(" · ")}
        </span>
        {state === "running" && (
          <span class="line-actions">
            <button type="button" class="button small" onClick={stop}>
              Stop
            </button>
          </span>
        )}
      </div>
    </li>
  );
}
