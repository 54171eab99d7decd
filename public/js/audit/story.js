// @ts-check
/** The story of one expense: all that happened to it, from its upload to the books. */

import { get } from "../api/client.js";
import { Waiting, View } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { HEAD, row } from "./entries.js";
import { html, t } from "../words.js";

/** @import { ViewProps } from "../shell/routes.js" */

/** @param {ViewProps} props */
export default function StoryOfExpense({ params }) {
  const path = { expense_id: params.id ?? "" };
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/audit/expenses/{expense_id}", { path, signal }), [params.id]);
  const title = answer ? t`Story of ${answer.expense.name}` : t`Story of an expense`;
  const actions = answer && html`<a class="button" href=${answer.expense.path}>The expense</a>`;
  return html`
    <${View} title=${title} actions=${actions}>
      ${answer
        ? html`
            ${!answer.isWhole && html`<p class="export-warning">These are the newest 500 entries. Search the audit for earlier ones.</p>`}
            <table class="card figures is-books" aria-label=${title}>
              <thead>${HEAD}</thead>
              <tbody>${answer.items.map(row)}</tbody>
            </table>
          `
        : html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`}
    <//>
  `;
}
