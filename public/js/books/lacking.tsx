/** What is not in the books as it should be: how many, why, and what to do next. */

import { post } from "../api/client.ts";
import { counted } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { report } from "../state/report.ts";
import { may } from "../state/session.ts";
import { addressOf, choiceFor } from "./addresses.ts";
import { beginSync, ConnectAgain } from "./sync-now.tsx";
import { countsOf, hrefOf, inOrder, nextFor, reasonOf, titleOf } from "./words.ts";
import { t } from "../words.ts";
import type { BooksConnection, ConnectionStatus, Lacking } from "../api/types.d.ts";

const SHOWN: [name: keyof import("./words.ts").Counts, label: string, choice: string][] = [
  ["written", t`In the books`, "state=written"],
  ["waiting", t`Waiting`, "state=new"],
  ["setAside", t`Set aside`, "state=set_aside"],
  ["conflict", t`Conflict`, "state=conflict"],
  ["unmapped", t`Unmapped`, "code=unmapped&state=set_aside"],
];

export function Counts({ status }: { status: ConnectionStatus }) {
  const counts = countsOf(status);
  return (
    <ul class="books-counts" aria-label={t`Items of ${status.connection.name}`}>
      {SHOWN.map(([name, label, choice]) => (
        <li key={name} data-none={counts[name] === 0} data-name={name}>
          <a
            href={addressOf(
              status.connection.id,
              name === "unmapped" ? unmappedOf(status) : choice,
            )}
          >
            <strong>{counts[name]}</strong> <span>{label}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Where unmapped items are: what is new was not set aside yet. */
function unmappedOf({ lacking }: ConnectionStatus) {
  const found = lacking.filter(({ code }) => code === "unmapped");
  return choiceFor(
    found.find(({ state }) => state === "set_aside") ??
      found[0] ?? { state: "set_aside", code: "unmapped" },
  );
}

/** Reasons, those first that a person must do something about. */
export function LackingList({ status, again }: { status: ConnectionStatus; again: () => void }) {
  const { connection, lacking } = status;
  return (
    <ul class="books-lacking" aria-label={t`What is not in ${connection.name}`}>
      {inOrder(lacking).map((each) => (
        <li key={`${each.state} ${each.code}`}>
          <a href={addressOf(connection.id, choiceFor(each))}>
            <strong>{each.items}</strong> {reasonOf(each)}
          </a>
          <span class="quiet">{each.says}</span>
          <Next lacking={each} connection={connection} again={again} />
        </li>
      ))}
    </ul>
  );
}

/** What the books get later, once somebody has decided on it. */
export function NotDue({ status: { connection, notDue } }: { status: ConnectionStatus }) {
  if (notDue.length === 0) return null;
  return (
    <ul class="books-lacking" aria-label={t`What is not due in ${connection.name}`}>
      {notDue.map((each) => (
        <li key={each.code}>
          <a href={addressOf(connection.id, choiceFor(each))}>
            <strong>{each.items}</strong> {reasonOf(each)}
          </a>
          <span class="quiet">
            {each.says}{" "}
            {each.examples.map((item, place) => (
              <>
                {place > 0 && "; "}
                <a key={item.id} href={hrefOf(item)}>
                  {titleOf(item.title, item.kind)}
                </a>
              </>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What a person does next about it. */
export function Next({
  lacking,
  connection,
  again,
}: {
  lacking: Lacking;
  connection: BooksConnection;
  again: () => void;
}) {
  const act = nextFor(lacking);
  if (act === "map")
    return (
      <a class="button small" href={`/books/${connection.id}/mapping`}>
        Map
      </a>
    );
  if (act === "decide")
    return (
      <a class="button small" href="/books/conflicts">
        Decide
      </a>
    );
  if (act === "correct")
    return may("export") ? (
      <>
        <button
          type="button"
          class="button small"
          onClick={() => void correct(connection, { decision: "correct" }).then(again, report)}
        >
          Correct them there
        </button>{" "}
        <button
          type="button"
          class="button small"
          onClick={() => void correct(connection, { decision: "keep" }).then(again, report)}
        >
          Leave them as they are
        </button>
      </>
    ) : null;
  if (act === "connect")
    return may("administer") ? <ConnectAgain connection={connection} isSmall /> : null;
  // The next sync does the rest, and its button is there already.
  if (act === "sync" || !may("export") || connection.status !== "connected") return null;
  const { code } = lacking;
  if (!code) return null;
  return (
    <button
      type="button"
      class="button small"
      disabled={connection.syncing !== null}
      aria-label={t`Try again: ${reasonOf(lacking)}`}
      onClick={() => void tryAgain(connection, { code }).then(again, report)}
    >
      Try again
    </button>
  );
}

/** Decide on documents that the books have without the VAT of their invoices. */
export async function correct(
  connection: BooksConnection,
  asked: { decision: "correct" | "keep"; items?: string[] },
) {
  const { items } = await post("/api/books/connections/{connection_id}/corrections", asked, {
    path: { connection_id: connection.id },
  });
  const documents = counted(items, "document is", "documents are");
  notify(
    asked.decision === "correct"
      ? t`${documents} corrected by the next sync.`
      : t`${documents} left as the books have them.`,
    { kind: "success" },
  );
}

/** Have items looked at again, by a sync that begins now. */
export async function tryAgain(
  connection: BooksConnection,
  which: { code: string } | { items: string[] },
) {
  const { items } = await post("/api/books/connections/{connection_id}/retries", which, {
    path: { connection_id: connection.id },
  });
  await beginSync(connection, { skipUnmapped: true });
  notify(t`${counted(items, "item is", "items are")} tried again.`, { kind: "success" });
}
