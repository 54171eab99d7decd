// @ts-check
/** Past events that are sent to one endpoint: asked for, how far each replay is, and stopped. */

import { del, get, onceOnly, post } from "../api/client.js";
import { counted } from "../format.js";
import { notify } from "../notifications/notices.js";
import { FormDialog } from "../parts/form.js";
import { Moment } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { field } from "../values/schema.js";
import { html, t } from "../words.js";

/** @import { Endpoint, Replay } from "../api/types.js" */

const STATES = { running: t`under way`, done: t`all are on their way`, stopped: t`stopped` };
const FIELDS = [
  field("since", t`Since`, { type: "day", initial: undefined, hint: t`From this day on, UTC. Empty: from the first event.` }),
  field("topics", t`Events`, { placeholder: t`all`, hint: t`Such as expense.*` }),
];

/** @param {{ endpoint: Endpoint, onClose: () => void, onBegun: () => void }} props */
export function Replays({ endpoint, onClose, onBegun }) {
  const path = { endpoint_id: endpoint.id };
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/endpoints/{endpoint_id}/replays", { path, signal }),
    [endpoint.id],
  );
  const begin = async (/** @type {import("../parts/form.js").Body} */ { since, topics }) => {
    const body = { topics: topics.split(/[\s,]+/).filter(Boolean), ...(since && { since }) };
    await post("/api/endpoints/{endpoint_id}/replays", body, { path, headers: onceOnly() });
    notify(t`Past events are on their way.`, { kind: "success" });
    onBegun();
  };
  return html`
    <${FormDialog} title="Send past events?" action="Send them" fields=${FIELDS} onSend=${begin} onClose=${onClose}>
      <p style="overflow-wrap: anywhere">${endpoint.url} gets what it did not take yet, the oldest first, 50 a minute at most.</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      <ul class="lines" aria-label="Sent before">
        ${answer?.items.map((each) => html`<${Line} key=${each.id} replay=${each} again=${again} />`)}
      </ul>
    <//>
  `;
}

/** @param {{ replay: Replay, again: () => void }} props */
function Line({ replay, again }) {
  const { id, endpointId, since, topics, state, queued, createdAt } = replay;
  const path = { endpoint_id: endpointId, replay_id: id };
  const stop = () => del("/api/endpoints/{endpoint_id}/replays/{replay_id}", { path }).then(again, report);
  const said = [STATES[state], counted(queued, "event"), topics.join(", ") || t`all events`, since ? t`since ${since.slice(0, 10)}` : ""];
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-note"><${Moment} at=${createdAt} /> · ${said.filter(Boolean).join(" · ")}</span>
        ${state === "running" &&
        html`<span class="line-actions"><button type="button" class="button small" onClick=${stop}>Stop</button></span>`}
      </div>
    </li>
  `;
}
