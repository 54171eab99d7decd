// @ts-check
/** A currency's part of the trial balance: its sums, and its accounts in pages. */

import { get } from "../api/client.js";
import { PagedList } from "../parts/list.js";
import { Money } from "../parts/values.js";
import { usePages } from "../state/request.js";
import { fromMinor } from "../values/amount.js";
import { dayAfter, SIDES } from "./amounts.js";
import { addressOfAccount, addressWith } from "./addresses.js";
import { html, t } from "../words.js";

/** @import { Balance, TrialTotal, TrialBalance } from "../api/types.js" */

const PAGE = 50;
const head = html`
  <tr>
    <th scope="col">Account</th>
    <th scope="col">Debits</th>
    <th scope="col">Credits</th>
    <th scope="col">Posted</th>
    <th scope="col">Pending</th>
    <th scope="col">Available</th>
  </tr>
`;

/**
 * @param {object} props
 * @param {TrialTotal} props.total of all its accounts
 * @param {string} props.at the last day that counts; empty for now
 * @param {TrialBalance} props.asked what the sums are from: when they were asked for anew, the accounts are too
 */
export function Accounts({ total, at, asked }) {
  const { currency } = total;
  const pages = usePages(
    (cursor, signal) =>
      get("/api/ledger/trial-balance", { query: { currency, at: dayAfter(at) || undefined, limit: PAGE, cursor }, signal }),
    [currency, at, asked],
  );
  const row = (/** @type {Balance} */ account) => html`<${Account} key=${account.id} account=${account} at=${at} />`;
  return html`
    <section aria-labelledby=${`of-${currency}`}>
      <h2 id=${`of-${currency}`}>${currency}</h2>
      <dl class="facts-list books-of">
        <div><dt>Posted</dt><dd><${Sides} debits=${total.debitsPosted} credits=${total.creditsPosted} currency=${currency} /></dd></div>
        <div><dt>Pending</dt><dd><${Sides} debits=${total.debitsPending} credits=${total.creditsPending} currency=${currency} /></dd></div>
      </dl>
      <${PagedList} pages=${pages} label=${t`Accounts in ${currency}`} head=${head} row=${row} empty=${null} />
    </section>
  `;
}

/** @param {{ debits: number, credits: number, currency: string }} props minor units */
function Sides({ debits, credits, currency }) {
  const sum = (/** @type {number} */ minor) => html`<${Money} amount=${fromMinor(minor, currency)} currency=${currency} />`;
  return html`debits ${sum(debits)} ${debits === credits ? "=" : html`<strong>≠</strong>`} credits ${sum(credits)}`;
}

/** @param {{ account: Balance, at: string }} props */
function Account({ account, at }) {
  const { id, name, currency, normalSide } = account;
  const cell = (/** @type {string} */ label, /** @type {number} */ minor) =>
    html`<td data-label=${label}><${Money} amount=${fromMinor(minor, currency)} currency=${currency} /></td>`;
  return html`
    <tr>
      <th scope="row">
        <a href=${addressWith(addressOfAccount(id), { to: at })}>${name}</a>
        <small>A ${SIDES[normalSide]} increases the balance</small>
      </th>
      ${cell(t`Debits`, account.debitsPosted)} ${cell(t`Credits`, account.creditsPosted)} ${cell(t`Posted`, account.posted)}
      ${cell(t`Pending`, account.pending)} ${cell(t`Available`, account.available)}
    </tr>
  `;
}
