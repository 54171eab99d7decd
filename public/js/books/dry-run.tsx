/** What the next sync does with each item, as it would be written. */

import { get } from "../api/client.ts";
import { PagedList } from "../parts/list.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { go } from "../shell/address.ts";
import { addressOf } from "./addresses.ts";
import { fieldName, shownOf, wordsOfValue } from "./documents.ts";
import { BeforeFirst, SyncNow } from "./sync-now.tsx";
import { hrefOf, titleOf } from "./words.ts";
import { t } from "../words.ts";
import type { DryRunItem } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const PAGE = 25;

const ACTS: Record<DryRunItem["act"], { label: string; look: string }> = {
  create: { label: t`Will be written`, look: "complete" },
  change: { label: t`Will be changed`, look: "processing" },
  credit: { label: t`Will be taken back`, look: "processing" },
  nothing: { label: t`Nothing to do`, look: "" },
  wait: { label: t`Waits`, look: "needs_review" },
  set_aside: { label: t`Will be set aside`, look: "needs_review" },
};

export default function DryRun({ params: { id = "" } }: ViewProps) {
  const path = { connection_id: id };
  const {
    answer: connection,
    problem,
    again,
  } = useRequest((signal) => get("/api/books/connections/{connection_id}", { path, signal }), [id]);
  const pages = usePages(
    (cursor, signal) =>
      get("/api/books/connections/{connection_id}/dry-run", {
        path,
        query: { limit: PAGE, cursor },
        signal,
      }),
    [id],
  );
  const actions = connection?.status === "connected" && may("export") && (
    <>
      <a class="button" href={`/books/${id}/mapping`}>
        Mapping
      </a>
      <SyncNow connection={connection} onBegun={() => go(addressOf(id))} />
    </>
  );
  return (
    <View title="Dry run" actions={actions}>
      <p class="back-link">
        <a href={addressOf(id)}>{connection?.name ?? t`Connection`}</a>
      </p>
      <p class="quiet">
        This is what the next sync does. Nothing is written now, and the books are not asked. What
        is closed or changed there shows when it is written. Bills and invoices stay unpaid in the
        books: payments are not written.
      </p>
      <BeforeFirst connection={connection} />
      <Waiting problem={problem} isLoading={false} onAgain={again} />
      <PagedList
        pages={pages}
        label="What the next sync does"
        row={(item: DryRunItem) => <Item key={item.item} item={item} />}
        empty={
          <Empty icon="check" title="Nothing is to be written">
            <p>
              The books have all that can be there. What is set aside or in conflict waits for you.
            </p>
          </Empty>
        }
      />
    </View>
  );
}

function Item({ item }: { item: DryRunItem }) {
  const { act, title, kind, reason, document, differences } = item;
  const name = titleOf(title, kind);
  const href = hrefOf(item);
  const { label, look } = ACTS[act];
  const shown = document && shownOf(document, item);
  const changed = Object.entries(differences);
  return (
    <li class="line books-dry">
      <div class="books-head">
        <span class="line-title">{href ? <a href={href}>{name}</a> : name}</span>
        <span class="pill" data-status={look}>
          {label}
        </span>
      </div>
      {reason && <p class="quiet">{reason}</p>}
      {shown && (
        <div class="books-paper">
          <p class="books-head">
            <strong>{shown.title}</strong>
            <strong>{shown.amount}</strong>
          </p>
          <p class="quiet">{shown.says}</p>
          <ul>
            {shown.lines.map((line, place) => (
              <li key={place}>
                <span>{line.description}</span>
                <span class="quiet">{line.codes}</span>
                <span class="books-sum">{line.amount}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {document && changed.length > 0 && (
        <ul class="books-apart" aria-label={t`What changes of ${name}`}>
          {changed.map(([field, [before, after]]) => (
            <li key={field}>
              <span class="quiet">{fieldName(field)}</span>{" "}
              <del>{wordsOfValue(field, before, document, item).join("; ")}</del>{" "}
              <ins>{wordsOfValue(field, after, document, item).join("; ")}</ins>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
