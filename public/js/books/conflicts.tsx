/**
 * Documents that somebody changed in the books: both sides beside each other, and a person
 * decides.
 */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Icon } from "../parts/icon.tsx";
import { PagedList } from "../parts/list.tsx";
import { Moment } from "../parts/values.tsx";
import { Empty, View } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { report } from "../state/report.ts";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { sidesOf } from "./documents.ts";
import { hrefOf, titleOf } from "./words.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { BooksConflict, BooksConnection } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const PAGE = 10;

export default function Conflicts({ query }: ViewProps) {
  const areAll = query.get("waiting") === "false";
  const pages = usePages(
    (cursor, signal) =>
      get("/api/books/conflicts", { query: { waiting: !areAll, limit: PAGE, cursor }, signal }),
    [areAll],
  );
  const connections =
    useRequest((signal) => get("/api/books/connections", { signal }), []).answer?.items ?? [];
  const [decided, decide] = useState(new Map<string, BooksConflict>());
  const actions = (
    <button
      type="button"
      class="button"
      aria-pressed={areAll}
      onClick={() =>
        go(areAll ? "/books/conflicts" : "/books/conflicts?waiting=false", { replace: true })
      }
    >
      Decided ones too
    </button>
  );
  return (
    <View title="Conflicts" actions={actions}>
      <p class="back-link">
        <a href="/books">All books</a>
      </p>
      <p class="quiet">
        Somebody changed these documents in the books. Nothing is written over that until you
        decide.
      </p>
      <PagedList
        pages={pages}
        label="Conflicts"
        row={(each: BooksConflict) => (
          <Conflict
            key={each.id}
            conflict={decided.get(each.id) ?? each}
            connection={connections.find(({ id }) => id === each.connectionId)}
            onDecided={(done: BooksConflict) => decide(new Map(decided).set(done.id, done))}
          />
        )}
        empty={
          <Empty
            icon="check"
            title={areAll ? t`There was no conflict` : t`Nothing waits for a decision`}
          >
            <p>What somebody changes in the books is compared with what was written.</p>
          </Empty>
        }
      />
    </View>
  );
}

function Conflict({
  conflict,
  connection,
  onDecided,
}: {
  conflict: BooksConflict;
  connection: BooksConnection | undefined;
  onDecided: (conflict: BooksConflict) => void;
}) {
  const {
    id,
    kind,
    title,
    foundAt,
    ours,
    theirs,
    isVoidThere,
    url,
    differences,
    decision,
    decidedAt,
  } = conflict;
  const [isBusy, whileBusy] = useBusy();
  const name = titleOf(title, kind);
  const href = hrefOf(conflict);
  const where = connection?.name ?? t`the books`;
  const isGone = theirs === null || isVoidThere;
  const sides = sidesOf(ours, theirs, new Set(differences.map(({ field }) => field)), conflict);

  async function decide(side: "ours" | "theirs") {
    return whileBusy(async () => {
      try {
        onDecided(
          await post(
            "/api/books/conflicts/{conflict_id}/decision",
            { decision: side },
            { path: { conflict_id: id } },
          ),
        );
        notify(
          side === "ours"
            ? t`Ours holds: the next sync writes it.`
            : t`Theirs holds: it stays as it is.`,
          { kind: "success" },
        );
      } catch (error) {
        report(error);
      }
    });
  }

  const keep = isGone ? t`Leave it out` : t`Keep theirs`;
  return (
    <li class="line books-conflict">
      <div class="books-head">
        <h2>{href ? <a href={href}>{name}</a> : name}</h2>
        <span class="quiet">
          found <Moment at={foundAt} />
          {connection ? t` in ${connection.name}` : ""}
        </span>
      </div>
      {isGone && (
        <p class="bank-note">
          <Icon name="alert" />
          {theirs === null ? t`Somebody has removed it there.` : t`Somebody has voided it there.`}
        </p>
      )}
      <table class="books-sides" aria-label={t`Both sides of ${name}`}>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Field</span>
            </th>
            <th scope="col">Ours</th>
            <th scope="col">
              {connection ? t`Theirs, in ${connection.name}` : t`Theirs`}
              {url && (
                <>
                  {" "}
                  <a
                    href={url}
                    target="_blank"
                    rel="noreferrer"
                    aria-label={t`Open ${name} in the books`}
                  >
                    open
                  </a>
                </>
              )}
            </th>
          </tr>
        </thead>
        <tbody>
          {sides.map(({ field, label, ours: mine, theirs: other, isApart }) => (
            <tr key={field} data-apart={isApart}>
              <th scope="row">{label}</th>
              <td>
                {mine.map((text, place) => (
                  <span key={place}>{text}</span>
                ))}
              </td>
              <td>
                {theirs ? (
                  other.map((text, place) => <span key={place}>{text}</span>)
                ) : (
                  <span class="quiet">gone</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {decision === null && may("export") ? (
        <div class="form-buttons">
          <button
            type="button"
            class="button primary"
            disabled={isBusy}
            aria-label={`${isGone ? t`Write ours anew` : t`Write ours`}: ${name}`}
            onClick={() => void decide("ours")}
          >
            {isGone ? t`Write ours anew` : t`Write ours`}
          </button>
          <button
            type="button"
            class="button"
            disabled={isBusy}
            aria-label={`${keep}: ${name}`}
            onClick={() => void decide("theirs")}
          >
            {keep}
          </button>
          <span class="quiet">
            {isGone
              ? t`Left out, it stays out until somebody tries it again.`
              : t`Ours is written over the document in ${where} by the next sync. Theirs stays
                until the expense changes.`}
          </span>
        </div>
      ) : (
        decision !== null && (
          <p role="status">
            <span class="pill" data-status="complete">
              {decision === "ours" ? t`Ours holds` : t`Theirs holds`}
            </span>{" "}
            {decidedAt && (
              <span class="quiet">
                decided <Moment at={decidedAt} />
              </span>
            )}
          </p>
        )
      )}
    </li>
  );
}
