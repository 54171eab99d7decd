/** On an expense: documents of others that were merged into it. */

import { get } from "../../api/client.ts";
import { useRequest } from "../../state/request.ts";
import { t } from "../../words.ts";

export function MergedDocuments({ id }: { id: string }) {
  const { answer } = useRequest(
    (signal) => get("/api/expenses/{expense_id}/documents", { path: { expense_id: id }, signal }),
    [id],
  );
  const others = answer?.items.filter(({ isOwn }) => !isOwn) ?? [];
  if (others.length === 0) return null;
  return (
    <section class="card" aria-labelledby="documents-title">
      <h2 id="documents-title">Merged into it</h2>
      <ul>
        {others.map(({ expenseId, fileName }) => (
          <li key={expenseId}>
            <a href={`/expenses/${expenseId}`}>{fileName ?? t`Its document`}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
