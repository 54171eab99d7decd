// @ts-check
/** The ledger: its trial balance, each currency by itself, with the accounts. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { DayField } from "../parts/fields.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { go } from "../shell/address.js";
import { useRequest } from "../state/request.js";
import { readDay, writtenDay } from "../values/day.js";
import { dayAfter } from "./amounts.js";
import { Accounts } from "./accounts.js";
import { addressWith } from "./addresses.js";
import { html } from "../words.js";

/** @import { ViewProps } from "../shell/routes.js" */

/** @param {ViewProps} props */
export default function Ledger({ query }) {
  const at = query.get("at") ?? "";
  const before = dayAfter(at) || undefined;
  const [typed, type] = useState(writtenDay(at));
  // The sums are of all accounts, so that one of these is enough.
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/ledger/trial-balance", { query: { at: before, limit: 1 }, signal }),
    [at],
  );
  const onDay = (/** @type {string} */ text) => {
    type(text);
    const { value } = readDay(text);
    if (value !== null && value !== at) go(addressWith("/ledger", { at: value }), { replace: true });
  };
  const actions = html`
    <a class="button" href=${addressWith("/api/ledger/trial-balance.csv", { at: before })} download=${`trial-balance${at && `-${at}`}.csv`}>As a table (CSV)</a>
    <button type="button" class="button" onClick=${again}>Refresh</button>
  `;
  return html`
    <${View} title="Ledger" actions=${actions}>
      <div class="card books-day">
        <${DayField} label="As of the end of" value=${typed} onValue=${onDay} problem=${readDay(typed).problem} />
        <p class="quiet">Without a day: as it is now. Days begin and end at midnight UTC.</p>
      </div>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${!problem && answer && (answer.totals.length === 0 ? nothing : html`<${Balanced} of=${answer.totals} />`)}
      ${!problem && answer?.totals.map((total) => html`<${Accounts} key=${total.currency} total=${total} at=${at} asked=${answer} />`)}
    <//>
  `;
}

const nothing = html`
  <${Empty} icon="coins" title="Nothing stands in the books yet">
    <p>
      A first <a href="/claims">claim</a> or <a href="/payouts">payout</a> opens the accounts that it needs and is booked by itself.
      Other accounts and transfers come by the API.
    </p>
  <//>
`;

/** @param {{ of: import("../api/types.js").TrialTotal[] }} props */
function Balanced({ of }) {
  const wrong = of.filter(({ isBalanced }) => !isBalanced).map(({ currency }) => currency);
  if (wrong.length === 0) return html`<p role="status">Balanced: debits equal credits.</p>`;
  return html`<p class="form-problem" role="alert">The books do not balance in ${wrong.join(", ")}. Tell the operator, and book nothing until they have looked.</p>`;
}
