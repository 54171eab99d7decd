/** What came into a closed period, was changed in it, or left it since. */

import { get } from "../api/client.ts";
import { PagedList } from "../parts/list.tsx";
import { Day, Money } from "../parts/values.tsx";
import { usePages } from "../state/request.ts";
import { t } from "../words.ts";
import type { Late } from "../api/types.d.ts";

const HOW: Record<string, string> = {
  added: t`Came later`,
  changed: t`Was changed`,
  voided: t`Was voided`,
  moved: t`Is of a day outside now`,
};

export function Late({ periodId, late }: { periodId: string; late: number }) {
  const pages = usePages(
    (cursor, signal) =>
      get("/api/closed-periods/{period_id}/late", {
        path: { period_id: periodId },
        query: { cursor },
        signal,
      }),
    [periodId, late],
  );
  return (
    <div class="late">
      <PagedList pages={pages} label="What came since" row={row} empty={null} />
    </div>
  );
}

function row({ expenseId, how, merchant, date, total, currency }: Late) {
  return (
    <li class="line" key={expenseId}>
      <a href={`/expenses/${expenseId}`}>
        <span class="line-title">{merchant}</span>
        <span class="line-note">{HOW[how] ?? how}</span>
        <span class="line-day">
          <Day day={date} />
        </span>
        <span class="line-amount">
          <Money amount={total} currency={currency} />
        </span>
      </a>
    </li>
  );
}
