// @ts-check
/** What of a source could not be mapped, or failed: why, and working it off again. */

import { useState } from "preact/hooks";

import { get, onceOnly, post } from "../api/client.js";
import { counted, moment } from "../format.js";
import { notify } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { useAct } from "../parts/use-act.js";
import { html, t } from "../words.js";

/** @import { InboundEventSummary, InboundSource } from "../api/types.js" */

const SHOWN = 20;

/** @param {{ source: InboundSource, onClose: () => void }} props */
export function UnmappedEvents({ source, onClose }) {
  const path = { source_id: source.id };
  const { answer, problem, isLoading, again } = useRequest(async (signal) => {
    const query = { source: source.id, limit: SHOWN };
    const found = await Promise.all(
      /** @type {const} */ (["unmapped", "failed"]).map((state) =>
        get("/api/inbound-events", { query: { ...query, state }, signal }),
      ),
    );
    return found.flatMap((page) => page.items).slice(0, SHOWN);
  }, [source.id]);
  const { isBusy, problem: refused, act } = useAct(async () => {
    const done = await post("/api/inbound-sources/{source_id}/replay", null, { path, headers: onceOnly() });
    notify(t`${counted(done.replayed, "event")} worked off again, ${done.left} left.`, { kind: "success" });
    onClose();
  });
  const asked = { title: t`Not mapped of ${source.name}`, action: t`Work off again`, isBusy, problem: refused };
  return html`
    <${Dialog} ...${asked} onClose=${onClose} onAction=${act}>
      <p>Mend the mapping first. At most a hundred are worked off at once.</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      <ul class="lines">
        ${answer?.map((event) => html`<${Unmapped} key=${event.id} event=${event} />`)}
      </ul>
    <//>
  `;
}

/** @param {{ event: InboundEventSummary }} props */
function Unmapped({ event }) {
  const [isOpen, setOpen] = useState(false);
  const onToggle = (/** @type {Event} */ toggled) => setOpen(/** @type {HTMLDetailsElement} */ (toggled.target).open);
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${event.type ?? event.eventId}</span>
        <span class="line-note">${moment(event.receivedAt)} · ${event.why}</span>
        <details class="sent" onToggle=${onToggle}>
          <summary>What was sent</summary>
          ${isOpen && html`<${Sent} id=${event.id} />`}
        </details>
      </div>
    </li>
  `;
}

/** @param {{ id: string }} props */
function Sent({ id }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/inbound-events/{event_id}", { path: { event_id: id }, signal }),
    [id],
  );
  const body = answer?.body;
  return html`
    <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
    ${answer &&
    (body === null
      ? html`<p class="quiet">It was erased, or is no text.</p>`
      : html`<pre tabindex="0" aria-label="What was sent">${typeof body === "string" ? body : JSON.stringify(body, null, 2)}</pre>`)}
  `;
}
