/** On an expense or a claim: where it is in each of the account's books. */

import { get } from "../api/client.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { nextFor } from "./words.ts";
import { t } from "../words.ts";
import type { BooksItem } from "../api/types.d.ts";

const LOOKS: Record<BooksItem["state"], string> = {
  written: "complete",
  credited: "complete",
  left_out: "",
  set_aside: "needs_review",
  conflict: "failed",
  new: "processing",
  waiting: "processing",
};
const LABELS: Record<BooksItem["state"], string> = {
  written: t`In the books`,
  credited: t`Taken back`,
  left_out: t`Left out`,
  set_aside: t`Set aside`,
  conflict: t`Conflict`,
  new: t`Waiting`,
  waiting: t`Waiting`,
};

/** `version` changes with what it is of */
export function InTheBooks({ id, version }: { id: string; version?: unknown }) {
  const { answer } = useRequest(
    async (signal) =>
      may("read")
        ? get("/api/books/subjects/{subject_id}", { path: { subject_id: id }, signal })
        : null,
    [id, version],
  );
  if (!answer || answer.items.length === 0) return null;
  return (
    <section class="card" aria-labelledby="books-title">
      <h2 id="books-title">In the books</h2>
      <ul class="books-where">
        {answer.items.map((item) => (
          <Place key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Place({ item }: { item: BooksItem }) {
  const { connectionId, connection, state, says, externalUrl, externalNumber, hasFile } = item;
  const act =
    state === "written" || state === "credited" || state === "left_out" ? null : nextFor(item);
  const more = [
    hasFile && t`Its file is there too.`,
    state === "written" && t`It stays unpaid there: payments are not written.`,
  ]
    .filter(Boolean)
    .join(" ");
  return (
    <li>
      <div class="books-head">
        <a href={`/books/${connectionId}`}>{connection}</a>
        <span class="pill" data-status={LOOKS[state]}>
          {LABELS[state]}
        </span>
      </div>
      <p>
        {says} {more && <span class="quiet">{more}</span>}
      </p>
      <p class="form-buttons">
        {externalUrl && (
          <a class="button small" href={externalUrl} target="_blank" rel="noreferrer">
            Open {externalNumber ?? ""} there
          </a>
        )}
        {act === "map" && (
          <a class="button small" href={`/books/${connectionId}/mapping`}>
            Map
          </a>
        )}
        {act === "decide" && may("export") && (
          <a class="button small" href="/books/conflicts">
            Decide
          </a>
        )}
      </p>
    </li>
  );
}
