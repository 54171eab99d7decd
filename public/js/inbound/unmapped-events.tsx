/** What of a source could not be mapped, or failed: why, and working it off again. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { counted, moment } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import type { InboundEventSummary, InboundSource } from "../api/types.d.ts";

const SHOWN = 20;

export function UnmappedEvents({
  source,
  onClose,
}: {
  source: InboundSource;
  onClose: () => void;
}) {
  const path = { source_id: source.id };
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => {
      const query = { source: source.id, limit: SHOWN };
      const found = await Promise.all(
        (["unmapped", "failed"] as const).map((state) =>
          get("/api/inbound-events", { query: { ...query, state }, signal }),
        ),
      );
      return found.flatMap((page) => page.items).slice(0, SHOWN);
    },
    [source.id],
  );
  const {
    isBusy,
    problem: refused,
    act,
  } = useAct(async () => {
    const done = await post("/api/inbound-sources/{source_id}/replay", null, {
      path,
    });
    notify(t`${counted(done.replayed, "event")} worked off again, ${done.left} left.`, {
      kind: "success",
    });
    onClose();
  });
  const asked = {
    title: t`Not mapped of ${source.name}`,
    action: t`Work off again`,
    isBusy,
    problem: refused,
  };
  return (
    <Dialog {...asked} onClose={onClose} onAction={act}>
      <p>Mend the mapping first. At most a hundred are worked off at once.</p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines">
        {answer?.map((event) => (
          <Unmapped key={event.id} event={event} />
        ))}
      </ul>
    </Dialog>
  );
}

function Unmapped({ event }: { event: InboundEventSummary }) {
  const [isOpen, setOpen] = useState(false);
  const onToggle = (toggled: Event) => setOpen((toggled.target as HTMLDetailsElement).open);
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{event.type ?? event.eventId}</span>
        <span class="line-note">
          {moment(event.receivedAt)} · {event.why}
        </span>
        <details class="sent" onToggle={onToggle}>
          <summary>What was sent</summary>
          {isOpen && <Sent id={event.id} />}
        </details>
      </div>
    </li>
  );
}

function Sent({ id }: { id: string }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/inbound-events/{event_id}", { path: { event_id: id }, signal }),
    [id],
  );
  const body = answer?.body;
  return (
    <>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer &&
        (body === null ? (
          <p class="quiet">It was erased, or is no text.</p>
        ) : (
          <pre tabindex={0} aria-label="What was sent">
            {typeof body === "string" ? body : JSON.stringify(body, null, 2)}
          </pre>
        ))}
    </>
  );
}
