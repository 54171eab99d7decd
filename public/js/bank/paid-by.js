// @ts-check
/** Which entries of the bank pay a document, or may do so. */

import { get } from "../api/client.js";
import { Day } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { acceptedOf } from "./standing.js";
import { amount, KINDS } from "./words.js";
import { html, t } from "../words.js";

/** @import { MatchedEntry } from "../api/types.js" */

const SHOWN = 20;

/** Nothing where the bank knows nothing of it, or the person may not see the bank. @param {{ id: string }} props an expense's, a claim's or a payout's */
export function PaidBy({ id }) {
  const { answer, problem, again } = useRequest(async (signal) => (may("ledger") ? get("/api/bank/entries", { query: { document: id, limit: SHOWN }, signal }) : null), [id]);
  const entries = answer?.items ?? [];
  if (problem) return html`<${Waiting} problem=${problem} isLoading=${false} onAgain=${again} />`;
  if (entries.length === 0) return null;
  return html`
    <section class="card" aria-labelledby="paid-by-title">
      <h2 id="paid-by-title">At the bank</h2>
      <ul class="lines" aria-label="Entries of the bank">${entries.map((entry) => html`<${Line} key=${entry.id} entry=${entry} id=${id} />`)}</ul>
    </section>
  `;
}

/** @param {{ entry: MatchedEntry, id: string }} props */
function Line({ entry, id }) {
  const isOf = (/** @type {{ pairs: { documentId: string }[] }} */ { pairs }) => pairs.some(({ documentId }) => documentId === id);
  const accepted = acceptedOf(entry).find(isOf);
  const match = accepted ?? entry.matches.find(isOf);
  const part = match?.pairs.filter(({ documentId, entryId }) => documentId === id && entryId === entry.id).reduce((sum, each) => sum + each.amount, 0) ?? entry.amount;
  const kind = match && KINDS[match.kind];
  return html`
    <li class="line">
      <a href=${`/bank/entries/${entry.id}`}>
        <span class="line-title">${entry.counterparty || entry.words || t`Without a name`}</span>
        <span class="line-note"><${Day} day=${entry.day} /> · ${amount(part, entry.currency)}${part !== entry.amount && t` of ${amount(entry.amount, entry.currency)}`}${kind && ` · ${kind}`}</span>
        <span class="pill" data-status=${accepted ? "complete" : "needs_review"}>${accepted ? (part > 0 ? t`Came in` : t`Paid`) : t`Proposed`}</span>
      </a>
    </li>
  `;
}
