/** The story of one expense: all that happened to it, from its upload to the books. */

import { get } from "../api/client.ts";
import { Waiting, View } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { HEAD, row } from "./entries.tsx";
import { t } from "../words.ts";
import type { ViewProps } from "../shell/view-props.ts";

export default function StoryOfExpense({ params }: ViewProps) {
  const path = { expense_id: params.id ?? "" };
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/audit/expenses/{expense_id}", { path, signal }),
    [params.id],
  );
  const title = answer ? t`Story of ${answer.expense.name}` : t`Story of an expense`;
  const actions = answer && (
    <a class="button" href={answer.expense.path}>
      The expense
    </a>
  );
  return (
    <View title={title} actions={actions}>
      {answer ? (
        <>
          {!answer.isWhole && (
            <p class="export-warning">
              These are the newest 500 entries. Search the audit for earlier ones.
            </p>
          )}
          <table class="card figures is-books" aria-label={title}>
            <thead>{HEAD}</thead>
            <tbody>{answer.items.map(row)}</tbody>
          </table>
        </>
      ) : (
        <Waiting problem={problem} isLoading={isLoading} onAgain={again} />
      )}
    </View>
  );
}
