/**
 * The books: is everything in them? If not, what and why; and which books and CRMs are connected.
 */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { Icon } from "../parts/icon.tsx";
import { Day, Moment } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { addressOf } from "./addresses.ts";
import { useAgainWhile } from "./again.ts";
import { ConnectDialog } from "./connect.tsx";
import { Counts, LackingList, NotDue } from "./lacking.tsx";
import { BeforeFirst, ConnectAgain, SyncNow } from "./sync-now.tsx";
import { answerOf, cameTo, PREVIEW, PROVIDERS, standingOf, verdictOf } from "./words.ts";
import { t } from "../words.ts";
import type { BooksConnection, BooksStatus, ConnectionStatus } from "../api/types.d.ts";
import type { ComponentChildren } from "preact";

export default function Books() {
  const connections = useRequest((signal) => get("/api/books/connections", { signal }), []);
  const status = useRequest((signal) => get("/api/books/status", { signal }), []);
  const [isNew, setNew] = useState(false);
  const again = () => {
    connections.again();
    status.again();
  };
  const known = connections.answer?.items ?? [];
  const isSyncing = known.some(({ syncing }) => syncing);
  useAgainWhile(isSyncing, connections.isLoading || status.isLoading, again);
  const connect = may("administer") && (
    <button
      type="button"
      class={known.length === 0 ? "button primary" : "button"}
      onClick={() => setNew(true)}
    >
      <Icon name="plus" />
      Connect
    </button>
  );
  const hasPulled = known.some(({ direction }) => direction === "pull");
  const actions = (
    <>
      {hasPulled && (
        <a class="button" href="/clients">
          Clients and projects
        </a>
      )}
      {known.length > 0 && connect}
    </>
  );
  return (
    <View title="Books" actions={actions}>
      <Waiting
        problem={connections.problem ?? status.problem}
        isLoading={!connections.answer || !status.answer}
        onAgain={again}
      />
      {connections.answer && known.length === 0 && <NoBooks>{connect}</NoBooks>}
      {status.answer && status.answer.connections.length > 0 && <Answer status={status.answer} />}
      {status.answer && connections.answer && (
        <ul class="books-list" aria-label="Connections">
          {known.map((each) => (
            <Connection
              key={each.id}
              connection={each}
              status={status.answer?.connections.find(
                ({ connection }) => connection.id === each.id,
              )}
              isOne={status.answer?.connections.length === 1}
              again={again}
            />
          ))}
        </ul>
      )}
      {isNew && <ConnectDialog onClose={() => setNew(false)} onMade={again} />}
    </View>
  );
}

/** Is everything in the books? */
function Answer({ status: { isEverything, connections } }: { status: BooksStatus }) {
  const [first] = connections;
  const own = first && connections.length === 1 ? answerOf(first) : null;
  const isWhole =
    isEverything && connections.every(({ connection }) => connection.status !== "disconnected");
  return (
    <p class="books-answer" data-whole={isWhole} role="status">
      <Icon name={isWhole ? "check" : "alert"} />
      <span>
        <strong>{own ? own.says : verdictOf(connections)}</strong>{" "}
        {own?.there && <span class="quiet">{own.there}</span>}
      </span>
    </p>
  );
}

/** What one of several books has. */
function Own({ status }: { status: ConnectionStatus }) {
  const { says, there } = answerOf(status);
  return (
    <p>
      <strong>{says}</strong> <span class="quiet">{there}</span>
    </p>
  );
}

function Connection({
  connection,
  status,
  isOne,
  again,
}: {
  connection: BooksConnection;
  status: ConnectionStatus | undefined;
  isOne: boolean;
  again: () => void;
}) {
  const { id, name, provider, company, firstDay, direction } = connection;
  const { label, look } = standingOf(connection);
  const mayGoOn = connection.status !== "asked" && may("export");
  return (
    <li class="card books-connection">
      <div class="books-head">
        <h2>
          <a href={addressOf(id)}>{name}</a>
        </h2>
        <span class="pill" data-status={look}>
          {label}
        </span>
        {connection.isPreview && (
          <span class="pill" title={PREVIEW}>
            Preview
          </span>
        )}
      </div>
      <p class="quiet">
        {[PROVIDERS[provider], company].filter(Boolean).join(" · ")}
        {direction === "push" && (
          <>
            {" "}
            · from <Day day={firstDay} />
          </>
        )}
        <LastSync status={status} />
      </p>
      <BeforeFirst connection={connection} />
      {status && connection.status !== "asked" && !isOne && <Own status={status} />}
      {status && connection.status !== "asked" && <Counts status={status} />}
      {status && connection.status !== "asked" && status.lacking.length > 0 && (
        <LackingList status={status} again={again} />
      )}
      {status && connection.status !== "asked" && <NotDue status={status} />}
      <div class="form-buttons">
        {connection.status !== "connected" && may("administer") && (
          <ConnectAgain connection={connection} />
        )}
        {connection.status === "connected" && mayGoOn && (
          <SyncNow connection={connection} onBegun={again} />
        )}
        {direction === "push" && (
          <>
            <a class="button" href={`/books/${id}/mapping`} aria-label={t`Mapping of ${name}`}>
              Mapping
            </a>
            <a class="button" href={`/books/${id}/dry-run`} aria-label={t`Dry run of ${name}`}>
              Dry run
            </a>
          </>
        )}
        <a class="button" href={addressOf(id)} aria-label={t`Details of ${name}`}>
          Details
        </a>
      </div>
    </li>
  );
}

function LastSync({ status }: { status: ConnectionStatus | undefined }) {
  const last = status?.lastSync;
  if (!status) return null;
  if (!last) return null;
  return (
    <>
      <br />
      Last sync <Moment at={last.endedAt ?? last.begunAt} />: {cameTo(last)}
    </>
  );
}

function NoBooks({ children }: { children?: ComponentChildren }) {
  return (
    <Empty icon="book" title="No books are connected yet">
      <p>
        Connect your accounting software, and each expense is written there as a bill. Connect your
        CRM, and expenses can be billed to its clients.
      </p>
      {children || <p>Somebody with the permission to administer can connect them.</p>}
    </Empty>
  );
}
