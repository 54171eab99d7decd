/** Where each item of a connection is, why something is not there, and trying it again. */

import { useEffect } from "preact/hooks";

import { get } from "../api/client.ts";
import { SelectField } from "../parts/fields.tsx";
import { PagedList } from "../parts/list.tsx";
import { report } from "../state/report.ts";
import { usePages } from "../state/request.ts";
import { may } from "../state/session.ts";
import { CHOICES, choiceOf } from "./addresses.ts";
import { correct, tryAgain } from "./lacking.tsx";
import { hrefOf, nextFor, reasonOf, STATES, titleOf } from "./words.ts";
import { t } from "../words.ts";
import type { BooksConnection, BooksItem } from "../api/types.d.ts";
import type { Asked } from "./addresses.ts";

const PAGE = 30;
const LOOKS: Record<string, string> = {
  written: "complete",
  credited: "complete",
  set_aside: "needs_review",
  conflict: "failed",
  new: "processing",
  waiting: "processing",
};

export function Items({
  connection,
  asked,
  times,
  again,
  onChoice,
}: {
  connection: BooksConnection;
  asked: Asked;
  /** changes where items may have changed */
  times: number;
  again: () => void;
  onChoice: (choice: string) => void;
}) {
  const { state, code, due } = asked;
  const query = {
    connection: connection.id,
    state: (state as BooksItem["state"]) || undefined,
    code,
    due: due ? true : undefined,
    limit: PAGE,
  };
  const pages = usePages(
    (cursor, signal) => get("/api/books/items", { query: { ...query, cursor }, signal }),
    [connection.id, state, code, due],
  );
  useEffect(() => {
    if (times > 0) pages.again();
  }, [times]);
  const choice = choiceOf(asked);
  const options = CHOICES.some(({ value }) => value === choice)
    ? CHOICES
    : [...CHOICES, { value: choice, label: reasonOf({ state, code }) }];
  return (
    <section aria-labelledby="books-items">
      <div class="section-head">
        <h2 id="books-items">Items</h2>
        <div class="books-choice">
          <SelectField label="Show" value={choice} options={options} onValue={onChoice} />
        </div>
      </div>
      <PagedList
        pages={pages}
        label="Items"
        row={(item: BooksItem) => (
          <Item key={item.id} item={item} connection={connection} again={again} />
        )}
        empty={<p class="quiet">{choice ? t`There is none.` : t`Nothing is to be written yet.`}</p>}
      />
    </section>
  );
}

function Item({
  item,
  connection,
  again,
}: {
  item: BooksItem;
  connection: BooksConnection;
  again: () => void;
}) {
  const { id, kind, state, says, title, externalUrl, isDue } = item;
  const name = titleOf(title, kind);
  const href = hrefOf(item);
  const act = state === "written" || state === "credited" ? null : nextFor(item);
  const canBeTried =
    may("export") &&
    connection.status === "connected" &&
    !isDue &&
    (act === "retry" || state === "left_out");
  const label = isDue && state === "set_aside" ? t`Tried again next` : STATES[state];
  return (
    <li class="line books-item">
      <div class="line-text">
        <span class="line-title">{href ? <a href={href}>{name}</a> : name}</span>
        <span class="line-note">{says}</span>
        <span class="line-actions">
          <span
            class="pill"
            data-status={isDue && state === "set_aside" ? "processing" : LOOKS[state]}
          >
            {label}
          </span>
          {externalUrl && (
            <a
              class="button small"
              href={externalUrl}
              target="_blank"
              rel="noreferrer"
              aria-label={t`Open there: ${name}`}
            >
              Open there
            </a>
          )}
          {act === "map" && (
            <a
              class="button small"
              href={`/books/${connection.id}/mapping`}
              aria-label={t`Map what ${name} needs`}
            >
              Map
            </a>
          )}
          {act === "decide" && (
            <a class="button small" href="/books/conflicts" aria-label={t`Decide ${name}`}>
              Decide
            </a>
          )}
          {act === "correct" && may("export") && (
            <>
              <button
                type="button"
                class="button small"
                aria-label={t`Correct ${name} there`}
                onClick={() => {
                  const asked = { decision: "correct" as const, items: [id] };
                  void correct(connection, asked).then(again, report);
                }}
              >
                Correct it there
              </button>
              <button
                type="button"
                class="button small"
                aria-label={t`Leave ${name} as it is there`}
                onClick={() => {
                  const asked = { decision: "keep" as const, items: [id] };
                  void correct(connection, asked).then(again, report);
                }}
              >
                Leave it
              </button>
            </>
          )}
          {canBeTried && (
            <button
              type="button"
              class="button small"
              aria-label={t`Try again: ${name}`}
              onClick={() => void tryAgain(connection, { items: [id] }).then(again, report)}
            >
              Try again
            </button>
          )}
        </span>
      </div>
    </li>
  );
}
