/**
 * One connection: where each item is, its syncs, its schedule, and what of the account is written.
 */

import { useState } from "preact/hooks";

import { del, get, patch } from "../api/client.ts";
import { FormDialog } from "../parts/form.tsx";
import { Day } from "../parts/values.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { field, trimmed } from "../values/schema.ts";
import { addressOf, askedOf } from "./addresses.ts";
import { Counts, LackingList, NotDue } from "./lacking.tsx";
import { useAgainWhile } from "./again.ts";
import { Items } from "./items.tsx";
import { Schedules } from "./schedules.tsx";
import { BeforeFirst, ConnectAgain, SyncNow } from "./sync-now.tsx";
import { Syncs } from "./syncs.tsx";
import { PREVIEW, PROVIDERS, standingOf } from "./words.ts";
import { t } from "../words.ts";
import type { BooksConnection } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { Body } from "../parts/form.tsx";

export default function Connection({ params: { id = "" }, query }: ViewProps) {
  return <One key={id} id={id} query={query} />;
}

function One({ id, query }: { id: string; query: URLSearchParams }) {
  const path = { connection_id: id };
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/books/connections/{connection_id}", { path, signal }),
    [id],
  );
  const status = useRequest((signal) => get("/api/books/status", { signal }), []);
  const [times, setTimes] = useState(0);
  const lookAgain = () => {
    again();
    status.again();
    setTimes((before) => before + 1);
  };
  useAgainWhile(Boolean(answer?.syncing), isLoading, lookAgain);
  const own = status.answer?.connections.find(({ connection }) => connection.id === id);
  const isPush = answer?.direction === "push";
  const actions = answer && answer.status !== "ended" && (
    <>
      {isPush && (
        <>
          <a class="button" href={`/books/${id}/mapping`}>
            Mapping
          </a>
          <a class="button" href={`/books/${id}/dry-run`}>
            Dry run
          </a>
        </>
      )}
      {!isPush && (
        <a class="button" href="/clients">
          Clients and projects
        </a>
      )}
      {answer.status === "connected" && may("export") && (
        <>
          {isPush && answer.firstSyncAt && (
            <SyncNow connection={answer} onBegun={lookAgain} compares />
          )}
          <SyncNow connection={answer} onBegun={lookAgain} />
        </>
      )}
      {answer.status !== "connected" && may("administer") && (
        <ConnectAgain connection={answer} onDone={lookAgain} />
      )}
    </>
  );
  return (
    <View title={answer?.name ?? t`Connection`} actions={actions}>
      <p class="back-link">
        <a href="/books">All books</a>
      </p>
      <Waiting problem={problem ?? status.problem} isLoading={!answer} onAgain={lookAgain} />
      {answer && <Facts connection={answer} />}
      <BeforeFirst connection={answer} />
      {own && <Counts status={own} />}
      {own && own.lacking.length > 0 && <LackingList status={own} again={lookAgain} />}
      {own && <NotDue status={own} />}
      {answer && isPush && (
        <Items
          connection={answer}
          asked={askedOf(query)}
          times={times}
          again={lookAgain}
          onChoice={(choice: string) => go(addressOf(id, choice), { replace: true })}
        />
      )}
      {answer && <Syncs connection={answer} times={times} />}
      {answer && answer.status !== "ended" && <Schedules connection={answer} onRun={lookAgain} />}
      {answer && answer.status !== "ended" && may("administer") && (
        <Settings
          connection={answer}
          onChanged={(changed: BooksConnection) => {
            set(changed);
            lookAgain();
          }}
        />
      )}
    </View>
  );
}

function Facts({ connection }: { connection: BooksConnection }) {
  const { provider, company, firstDay, direction, url, disconnectedWhy, onlyApproved, onChange } =
    connection;
  const { label, look } = standingOf(connection);
  return (
    <>
      <p class="books-facts">
        <span class="pill" data-status={look}>
          {label}
        </span>
        {connection.isPreview && <span class="pill">Preview</span>}
        <span class="quiet">
          {[PROVIDERS[provider], company, url].filter(Boolean).join(" · ")}
          {direction === "push" && (
            <>
              {" "}
              · what is dated from <Day day={firstDay} />
              {onlyApproved ? t`, once it is approved` : ""}
            </>
          )}{" "}
          ·{" "}
          {onChange && direction === "push"
            ? t`syncs whenever something changes${connection.firstSyncAt ? "" : t`, once the first sync was begun`}`
            : t`syncs by hand, or by schedule`}
        </span>
      </p>
      {connection.isPreview && <p class="quiet">{PREVIEW}</p>}
      {connection.status === "disconnected" && disconnectedWhy && (
        <p class="form-problem" role="alert">
          {disconnectedWhy}
        </p>
      )}
    </>
  );
}

const FIELDS = [
  field("name", t`Name`, { maxLength: 100, isNeeded: true }),
  field("onlyApproved", t`Write expenses only once they are approved.`, { type: "boolean" }),
  field("onChange", t`Begin a sync whenever something changes, once you began the first.`, {
    type: "boolean",
  }),
];

function Settings({
  connection,
  onChanged,
}: {
  connection: BooksConnection;
  onChanged: (changed: BooksConnection) => void;
}) {
  const { id, name, direction, provider } = connection;
  const [asks, ask] = useState<"change" | "end" | null>(null);
  const path = { connection_id: id };
  const onClose = () => ask(null);
  const fields = direction === "push" ? FIELDS : FIELDS.slice(0, 1);
  const change = async (body: Body) =>
    onChanged(await patch("/api/books/connections/{connection_id}", trimmed(body), { path }));
  const end = async () => {
    await del("/api/books/connections/{connection_id}", { path });
    go("/books", { replace: true });
  };
  return (
    <section aria-labelledby="books-settings">
      <h2 id="books-settings">Settings</h2>
      <div class="form-buttons">
        <button type="button" class="button" onClick={() => ask("change")}>
          Change …
        </button>
        <button type="button" class="button danger" onClick={() => ask("end")}>
          End the connection …
        </button>
      </div>
      {asks === "change" && (
        <FormDialog
          title={name}
          action="Change it"
          fields={fields}
          values={connection}
          onSend={change}
          onClose={onClose}
        />
      )}
      {asks === "end" && (
        <FormDialog title={t`End ${name}?`} action="End it" isDanger onSend={end} onClose={onClose}>
          <p>
            {direction === "push"
              ? t`Nothing is written there any more. What is in the books stays there.`
              : t`Nothing is read there any more. Its clients and projects stay here.`}
          </p>
          {provider !== "signed" && (
            <p>The permission that you gave at {PROVIDERS[provider]} is withdrawn.</p>
          )}
        </FormDialog>
      )}
    </section>
  );
}
