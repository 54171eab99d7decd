/** Beginning a sync by hand, and connecting again. */

import { useState } from "preact/hooks";

import { ApiError, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAct } from "../parts/use-act.ts";
import { report } from "../state/report.ts";
import { may } from "../state/session.ts";
import { go } from "../shell/address.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { BooksConnection, UnmappedWord } from "../api/types.d.ts";

export async function beginSync(
  { id }: BooksConnection,
  how: { skipUnmapped?: boolean; compare?: boolean },
) {
  await post("/api/books/connections/{connection_id}/syncs", how, {
    path: { connection_id: id },
  });
}

export function SyncNow({
  connection,
  onBegun,
  compares = false,
}: {
  connection: BooksConnection;
  onBegun: () => void;
  /** also finds what somebody changed in the books */
  compares?: boolean;
}) {
  const [unmapped, setUnmapped] = useState<UnmappedWord[] | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const { name, syncing, provider, firstSyncAt } = connection;
  const label = compares
    ? t`Compare with the books`
    : syncing
      ? t`Syncing …`
      : firstSyncAt
        ? t`Sync now`
        : t`Begin the first sync`;

  async function begin() {
    return whileBusy(async () => {
      try {
        await beginSync(connection, { compare: compares });
        notify(t`The sync has begun.`, { kind: "success" });
        onBegun();
      } catch (error) {
        if (error instanceof ApiError && error.code === "books-unmapped")
          setUnmapped(error.problem.unmapped);
        else report(error);
      }
    });
  }

  const look = compares || (provider === "hubspot" && firstSyncAt) ? "button" : "button primary";
  return (
    <>
      <button
        type="button"
        class={look}
        disabled={isBusy || syncing !== null}
        aria-label={`${label}: ${name}`}
        onClick={begin}
      >
        {label}
      </button>
      {unmapped && (
        <Unmapped
          connection={connection}
          unmapped={unmapped}
          compares={compares}
          onBegun={onBegun}
          onClose={() => setUnmapped(null)}
        />
      )}
    </>
  );
}

/** Before the first sync: nothing is written, and who begins that. */
export function BeforeFirst({ connection }: { connection: BooksConnection | null }) {
  if (!connection || connection.status === "ended" || connection.firstSyncAt) return null;
  const done = connection.direction === "push" ? t`written` : t`read`;
  return (
    <p
      class="books-first"
      role="status"
    >{t`Nothing is ${done} until ${may("export") ? t`you begin` : t`somebody begins`} the first sync.`}</p>
  );
}

function Unmapped({
  connection,
  unmapped,
  compares,
  onBegun,
  onClose,
}: {
  connection: BooksConnection;
  unmapped: UnmappedWord[];
  compares: boolean;
  onBegun: () => void;
  onClose: () => void;
}) {
  const skipping = useAct(async () => {
    await beginSync(connection, { skipUnmapped: true, compare: compares });
    onClose();
    onBegun();
  });
  return (
    <Dialog
      title="Map some words first"
      action="Map them"
      problem={skipping.problem}
      onClose={onClose}
      onAction={() => go(`/books/${connection.id}/mapping`)}
    >
      <p>
        Nothing is sent yet, since {counted(unmapped.length, "word has", "words have")} no place in{" "}
        {connection.name}:
      </p>
      <ul class="ask-list">
        {unmapped.slice(0, 8).map(({ what, word, says, items }) => (
          <li key={`${what} ${word}`}>
            {says} <span class="quiet">{counted(items, "item")}</span>
          </li>
        ))}
        {unmapped.length > 8 && <li class="quiet">and {unmapped.length - 8} more</li>}
      </ul>
      <p class="quiet">
        Or sync the others now. What has these words is set aside until they are mapped.
      </p>
      <p>
        <button type="button" class="button" disabled={skipping.isBusy} onClick={skipping.act}>
          Sync the others
        </button>
      </p>
    </Dialog>
  );
}

/** Leads to the provider's page, or tries a signed target once more. */
export function ConnectAgain({
  connection,
  isSmall = false,
  onDone,
}: {
  connection: BooksConnection;
  isSmall?: boolean;
  onDone?: () => void;
}) {
  const { id, name, provider, status } = connection;
  const [isBusy, whileBusy] = useBusy();
  const path = { connection_id: id };

  async function connect() {
    return whileBusy(async () => {
      try {
        if (provider === "signed") {
          await post("/api/books/connections/{connection_id}/chart", null, { path });
          notify(t`The books let us in again.`, { kind: "success" });
          onDone?.();
          return;
        }
        const { authorizeUrl } = await post(
          "/api/books/connections/{connection_id}/authorization",
          null,
          { path },
        );
        if (authorizeUrl === null) {
          notify(t`The address was shown before, and is not kept. Begin again.`, {
            kind: "problem",
          });
          return;
        }
        leaveTo(authorizeUrl);
      } catch (error) {
        report(error);
      }
    });
  }

  const label = status === "asked" ? t`Go on there` : t`Connect again`;
  return (
    <button
      type="button"
      class={isSmall ? "button small" : "button primary"}
      disabled={isBusy}
      aria-label={`${label}: ${name}`}
      onClick={connect}
    >
      {label}
    </button>
  );
}

/** To the page where a person says yes. */
export function leaveTo(url: string) {
  location.assign(url);
}
