/** What came into a closed period, was changed in it, or left it since. */

import { get } from "../api/client.ts";
import { moment } from "../format.ts";
import { PagedList } from "../parts/list.tsx";
import { Day, Money } from "../parts/values.tsx";
import { fromMinor } from "../values/amount.ts";
import { usePages } from "../state/request.ts";
import { t } from "../words.ts";
import type { Late, MatchTakenBack } from "../api/types.d.ts";

const HOW: Record<string, string> = {
  added: t`Came later`,
  changed: t`Was changed`,
  voided: t`Was voided`,
  moved: t`Is of a day outside now`,
};

export function Late({
  periodId,
  late,
  takenBack,
}: {
  periodId: string;
  late: number;
  takenBack: MatchTakenBack[];
}) {
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
      {takenBack.length > 0 && (
        <ul class="lines" aria-label={t`Bank matches that were taken back`}>
          {takenBack.map(ofMatch)}
        </ul>
      )}
    </div>
  );
}

function ofMatch({ entryId, day, amount, currency, name, takenBackAt }: MatchTakenBack) {
  return (
    <li class="line" key={entryId}>
      <a href={`/bank/entries/${entryId}`}>
        <span class="line-title">{name || t`Without a name`}</span>
        <span class="line-note">{t`Its match was taken back on ${moment(takenBackAt)}`}</span>
        <span class="line-day">
          <Day day={day} />
        </span>
        <span class="line-amount">
          <Money amount={fromMinor(amount, currency)} currency={currency} />
        </span>
      </a>
    </li>
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
