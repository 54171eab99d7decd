// @ts-check
/** What of a source could not be mapped, or failed: why, and working it off again. */

import { html } from "htm/preact";

import { get, onceOnly, post } from "../../api/client.js";
import { counted, moment } from "../../format.js";
import { notify } from "../../notices.js";
import { Dialog } from "../../parts/dialog.js";
import { Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { useAct } from "./use-act.js";

/** @import { SourceShape } from "../../api/types.js" */

const SHOWN = 20;

/** @param {{ source: SourceShape, onClose: () => void }} props */
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
    notify(`${counted(done.replayed, "event")} worked off again, ${done.left} left.`, { kind: "success" });
    onClose();
  });
  const asked = { title: `Not mapped of ${source.name}`, action: "Work off again", isBusy, problem: refused };
  return html`
    <${Dialog} ...${asked} onClose=${onClose} onAction=${act}>
      <p>Mend the mapping first. At most a hundred are worked off at once.</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      <ul class="lines">
        ${answer?.map(
          (event) => html`
            <li class="line" key=${event.id}>
              <div class="line-text">
                <span class="line-title">${event.type ?? event.eventId}</span>
                <span class="line-note">${moment(event.receivedAt)} · ${event.why}</span>
              </div>
            </li>
          `,
        )}
      </ul>
    <//>
  `;
}
