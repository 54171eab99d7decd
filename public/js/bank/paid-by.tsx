/** Which entries of the bank pay a document, or may do so. */

import { get } from "../api/client.ts";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { amount, KINDS } from "./words.ts";
import { t } from "../words.ts";
import type { MatchedEntry } from "../api/types.d.ts";

const SHOWN = 20;

/**
 * Nothing where the bank knows nothing of it, or the person may not see the bank.
 *
 * an expense's, a claim's or a payout's
 */
export function PaidBy({ id }: { id: string }) {
  const { answer, problem, again } = useRequest(
    async (signal) =>
      may("ledger")
        ? get("/api/bank/entries", { query: { document: id, limit: SHOWN }, signal })
        : null,
    [id],
  );
  const entries = answer?.items ?? [];
  if (problem) return <Waiting problem={problem} isLoading={false} onAgain={again} />;
  if (entries.length === 0) return null;
  return (
    <section class="card" aria-labelledby="paid-by-title">
      <h2 id="paid-by-title">At the bank</h2>
      <ul class="lines" aria-label="Entries of the bank">
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} id={id} />
        ))}
      </ul>
    </section>
  );
}

function Line({ entry, id }: { entry: MatchedEntry; id: string }) {
  const isOf = ({ pairs }: { pairs: { documentId: string }[] }) =>
    pairs.some(({ documentId }) => documentId === id);
  const accepted = entry.matches.find((match) => match.state === "accepted" && isOf(match));
  const match = accepted ?? entry.matches.find(isOf);
  const part =
    match?.pairs
      .filter(({ documentId, entryId }) => documentId === id && entryId === entry.id)
      .reduce((sum, each) => sum + each.amount, 0) ?? entry.amount;
  const kind = match && KINDS[match.kind];
  return (
    <li class="line">
      <a href={`/bank/entries/${entry.id}`}>
        <span class="line-title">{entry.counterparty || entry.words || t`Without a name`}</span>
        <span class="line-note">
          <Day day={entry.day} /> · {amount(part, entry.currency)}
          {part !== entry.amount && t` of ${amount(entry.amount, entry.currency)}`}
          {kind && ` · ${kind}`}
        </span>
        <span class="pill" data-status={accepted ? "complete" : "needs_review"}>
          {accepted ? (part > 0 ? t`Came in` : t`Paid`) : t`Proposed`}
        </span>
      </a>
    </li>
  );
}
