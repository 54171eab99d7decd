// @ts-check
/** What was spent, month by month and currency by currency. */

import { html } from "htm/preact";

import { get } from "../../api/client.js";
import { counted, money } from "../../format.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { sum } from "../../values/decimal.js";

/** @import { ExpenseShape } from "../../api/types.js" */

const PAGE = 100;
const MOST = 1000;

const monthName = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });

export default function Reports() {
  const { answer, problem, isLoading, again } = useRequest(newest, []);
  return html`
    <${View} title="Reports">
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer?.expenses.length === 0 &&
      html`<${Empty} icon="chart" title="There is nothing to report yet"><p>Once there are expenses, their totals stand here.</p><//>`}
      ${answer && answer.expenses.length > 0 && html`<${Months} expenses=${answer.expenses} />`}
      ${answer && !answer.isAll && html`<p class="quiet">Of the newest ${counted(MOST, "expense")}.</p>`}
    <//>
  `;
}

/** @param {{ expenses: ExpenseShape[] }} props */
function Months({ expenses }) {
  const groups = Map.groupBy(expenses, ({ date, currency }) => `${date.slice(0, 7)} ${currency}`);
  const rows = [...groups].sort(([a], [b]) => b.localeCompare(a));
  return html`
    <table class="card figures">
      <thead>
        <tr><th scope="col">Month</th><th scope="col">Expenses</th><th scope="col">Total</th></tr>
      </thead>
      <tbody>
        ${rows.map(([key, members]) => {
          const [month = "", currency = ""] = key.split(" ");
          return html`
            <tr key=${key}>
              <th scope="row">${monthName.format(new Date(`${month}-01T00:00:00Z`))}</th>
              <td>${members.length}</td>
              <td>${money(sum(members.map(({ total }) => total)), currency)}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<{ expenses: ExpenseShape[], isAll: boolean }>} the newest ones
 */
async function newest(signal) {
  /** @type {ExpenseShape[]} */
  const expenses = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    /** @type {import("../../api/types.js").ExpensePage} */
    const page = await get("/api/expenses", { query: { limit: PAGE, cursor }, signal });
    expenses.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && expenses.length < MOST);
  return { expenses, isAll: cursor === null };
}
