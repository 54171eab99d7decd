/** What was sent to endpoints: each delivery with its attempts, and sending it again. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField } from "../parts/fields.tsx";
import { PagedList } from "../parts/list.tsx";
import { Moment } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { usePages, useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import type { DeliveryAttempt, Delivery } from "../api/types.d.ts";

const STATES = {
  pending: t`on its way`,
  delivered: t`delivered`,
  given_up: t`given up`,
  cancelled: t`cancelled`,
};
const CHOICES = [
  { value: "", label: t`All` },
  ...Object.entries(STATES).map(([value, label]) => ({
    value,
    label: label[0]?.toUpperCase() + label.slice(1),
  })),
];
const PAGE = 20;
const SHOWN_OF_ANSWER = 300;
const WHOLE = "white-space: normal; overflow-wrap: anywhere";

/** `times` changes where another part of the page may have sent something */
export function Deliveries({ times }: { times: number }) {
  const [state, setState] = useState("");
  const [shown, show] = useState<Delivery | null>(null);
  const pages = usePages(
    (cursor, signal) => {
      const only = state as keyof typeof STATES;
      return get("/api/deliveries", {
        query: { limit: PAGE, cursor, ...(only ? { state: only } : {}) },
        signal,
      });
    },
    [state, times],
  );
  const sendAll = () =>
    post("/api/deliveries/redeliver", {}).then((sent) => {
      notify(
        t`${counted(sent.redelivered, "delivery", "deliveries")} sent again${sent.more ? t`; there are more` : ""}.`,
      );
      pages.again();
    }, report);
  const isFailed = state === "given_up" || state === "cancelled";
  return (
    <section class="card" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Deliveries</h2>
      <p class="quiet">
        Those that are done are kept for 30 days, those that were given up until they are sent
        again.
      </p>
      <div class="fields-row" style="max-width: 560px">
        <SelectField label="Show" value={state} onValue={setState} options={CHOICES} />
        {isFailed && pages.items.length > 0 && (
          <button type="button" class="button" onClick={sendAll}>
            Send all that failed again
          </button>
        )}
      </div>
      <PagedList
        pages={pages}
        label="Deliveries"
        row={(each: Delivery) => (
          <Delivery key={each.id} delivery={each} again={pages.again} show={() => show(each)} />
        )}
        empty={<p class="quiet">{state ? t`There is none.` : t`Nothing was sent yet.`}</p>}
      />
      {shown && <Attempts delivery={shown} onClose={() => show(null)} />}
    </section>
  );
}

function Delivery({
  delivery,
  again,
  show,
}: {
  delivery: Delivery;
  again: () => void;
  show: () => void;
}) {
  const { id, topic, state, attemptsMade, lastError, createdAt, nextAttemptAt } = delivery;
  const send = () =>
    post("/api/deliveries/{delivery_id}/redeliver", null, {
      path: { delivery_id: id },
    }).then(again, report);
  const said = [
    STATES[state],
    counted(attemptsMade, "attempt"),
    state === "delivered" ? "" : lastError,
  ];
  const isAgain = state !== "pending" && topic !== "endpoint.test";
  const isTriedAgain = state === "pending" && nextAttemptAt !== null && attemptsMade > 0;
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{topic}</span>
        <span class="line-note" style={WHOLE}>
          <Moment at={createdAt} /> · {said.filter(Boolean).join(" · ")}
          {isTriedAgain && (
            <>
              <br />
              Tried again <Moment at={nextAttemptAt} />
            </>
          )}
        </span>
        <span class="line-actions">
          <button
            type="button"
            class="button small"
            aria-label={t`Attempts: ${topic}`}
            onClick={show}
          >
            Attempts…
          </button>
          {isAgain && (
            <button
              type="button"
              class="button small"
              aria-label={t`Send again: ${topic}`}
              onClick={send}
            >
              Send again
            </button>
          )}
        </span>
      </div>
    </li>
  );
}

function Attempts({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const path = { delivery_id: delivery.id };
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/deliveries/{delivery_id}", { path, signal }),
    [delivery.id],
  );
  return (
    <Dialog title={delivery.topic} onClose={onClose}>
      <p class="quiet" style="overflow-wrap: anywhere">
        webhook-id {delivery.eventId}
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer?.attempts.length === 0 && <p>No attempt has come to an end yet.</p>}
      <ol class="lines" aria-label="Attempts, the newest first">
        {answer?.attempts.map((each) => (
          <Attempt key={each.number} attempt={each} />
        ))}
      </ol>
      {answer && (
        <details class="sent">
          <summary>What is sent</summary>
          <pre tabindex={0} aria-label="What is sent">
            {JSON.stringify(answer.payload, null, 2)}
          </pre>
        </details>
      )}
    </Dialog>
  );
}

function Attempt({ attempt }: { attempt: DeliveryAttempt }) {
  const { number, at, durationMs, status, error, answer } = attempt;
  const said = [`${durationMs} ms`, error ?? t`answered ${status}`];
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">
          Attempt {number}: {status ?? t`no answer`}
        </span>
        <span class="line-note" style={WHOLE}>
          <Moment at={at} /> · {said.join(" · ")}
          {answer && (
            <>
              <br />“{answer.slice(0, SHOWN_OF_ANSWER)}”
            </>
          )}
        </span>
      </div>
    </li>
  );
}
