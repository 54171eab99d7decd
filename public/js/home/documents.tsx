/** Payments of the person who looks, whose documents are missing: they were asked for each. */

import { amount } from "../bank/words.ts";
import { Day } from "../parts/values.tsx";
import { AddButtons } from "../receipts/add-buttons.tsx";
import { t } from "../words.ts";
import type { OwedDocument } from "../api/types.d.ts";

export function DocumentsOwed({ documents }: { documents: OwedDocument[] }) {
  if (documents.length === 0) return null;
  return (
    <section class="card" aria-labelledby="home-documents">
      <h2 id="home-documents">Receipts that you owe</h2>
      <ul class="home-tasks">
        {documents.map(({ entryId, day, amount: minor, currency, counterparty, words }) => (
          <li key={entryId}>
            <strong>{amount(Math.abs(minor), currency)}</strong> <Day day={day} />{" "}
            {counterparty || words || t`Without a name`}
          </li>
        ))}
      </ul>
      <p class="quiet">The company's account paid these.</p>
      <p class="form-buttons">
        <AddButtons isAnswer />
      </p>
    </section>
  );
}
