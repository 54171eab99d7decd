/** How complete the months of the bank are. */

import { get } from "../api/client.ts";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { monthInWords } from "../values/month-names.ts";
import { contentsOf, monthAfter, standOf } from "./completeness.ts";
import type { MonthOverview } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const SHOWN = 12;

export default function Months({ query }: ViewProps) {
  const until = query.get("until") ?? "";
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/bank/months", { query: { until }, signal }),
    [until],
  );
  const months = answer?.items ?? [];
  const oldest = months.at(-1)?.month;
  const hasOlder = oldest && months.length === SHOWN;
  return (
    <View
      title="Months"
      actions={
        <a class="button" href="/bank">
          Entries
        </a>
      }
    >
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && months.length === 0 && (
        <Empty icon="bank" title="There is no statement yet">
          <p>Import the bank's files: then each month says what is missing.</p>
        </Empty>
      )}
      {months.length > 0 && (
        <ul class="lines" aria-label="Months">
          {months.map((each) => (
            <Line key={each.month} month={each} />
          ))}
        </ul>
      )}
      {(until || hasOlder) && (
        <p class="form-buttons">
          {hasOlder && (
            <a class="button" href={`/bank/months?until=${monthAfter(oldest, -1)}`}>
              Earlier months
            </a>
          )}
          {until && (
            <a class="button" href="/bank/months">
              Newest months
            </a>
          )}
        </p>
      )}
    </View>
  );
}

function Line({ month }: { month: MonthOverview }) {
  const { month: name, entries, open, isComplete } = month;
  const { label, status } = standOf(month);
  const isEmpty = entries === 0 && isComplete;
  return (
    <li class="line">
      <a href={`/bank/months/${name}`}>
        <span class="line-title">{monthInWords(name)}</span>
        <span class="line-note">{contentsOf(month)}</span>
        {entries > 0 && (
          <span class="line-day month-progress">
            <progress max={entries} value={entries - open} aria-label="Accounted for" />
          </span>
        )}
        {!isEmpty && (
          <span class="line-amount">
            <span class="pill" data-status={status}>
              {label}
            </span>
          </span>
        )}
      </a>
    </li>
  );
}
