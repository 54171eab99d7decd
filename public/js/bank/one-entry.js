// @ts-check
/** One entry of a bank, with the single payments of a batch. */

import { get } from "../api/client.js";
import { Day } from "../parts/values.js";
import { View, Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { usePeople } from "./ask-dialog.js";
import { daysOf } from "../values/period.js";
import { addressOf } from "./asked.js";
import { useDecisions } from "./decisions.js";
import { Entries } from "./entries.js";
import { amount } from "./words.js";
import { html, t } from "../words.js";

/** @import { MatchedEntry, Payment } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

/** @param {ViewProps} props */
export default function OneEntry({ params: { id = "" } }) {
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const found = useRequest(
    async (signal) => {
      const { payments, ...entry } = await get("/api/bank/entries/{entry_id}", { path: { entry_id: id }, signal });
      return { payments, items: [{ ...entry, paymentCount: payments.length }] };
    },
    [id],
  );
  const items = found.answer?.items ?? NONE;
  const decisions = useDecisions(items);
  const people = usePeople();
  const [entry] = decisions.entries;
  const pages = { items, hasMore: false, problem: found.problem, isLoading: found.isLoading, more: () => {}, again: found.again };
  const actions = html`
    ${entry && html`<a class="button" href=${addressOf({ account: entry.bankAccountId, standing: "all", ...daysOf(entry.day.slice(0, 7)) })}>Others of the month</a> <a class="button" href=${`/bank/statements/${entry.statementId}`}>Its statement</a>`}
  `;
  return html`
    <${View} title=${entry ? entry.counterparty || entry.words || t`Bank entry` : t`Bank entry`} actions=${actions}>
      <${Waiting} problem=${accounts.problem} isLoading=${false} onAgain=${accounts.again} />
      <${Entries} ...${{ pages, decisions, accounts: accounts.answer?.items ?? [], people }} chosenAccount="" empty=${null} />
      ${found.answer && entry && html`<${Payments} payments=${found.answer.payments} currency=${entry.currency} />`}
      ${entry?.valueDay && entry.valueDay !== entry.day && html`<p class="quiet">Valued on <${Day} day=${entry.valueDay} />.</p>`}
    <//>
  `;
}

/** @type {MatchedEntry[]} the same each time: another list would be a new one */
const NONE = [];

/** @param {{ payments: Payment[], currency: string }} props */
function Payments({ payments, currency }) {
  if (payments.length === 0) return null;
  return html`
    <section aria-labelledby="payments-title">
      <h2 id="payments-title">Payments of the batch</h2>
      <ul class="lines" aria-label="Payments of the batch">
        ${payments.map(
          ({ number, amount: minor, counterparty, words }) => html`
            <li key=${number} class="line">
              <div class="line-text">
                <span class="line-title">${number}. ${counterparty || words || t`Payment`}</span>
                <span class="line-note">${counterparty ? words : ""}</span>
                <span class="line-amount">${amount(minor, currency)}</span>
              </div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
