// @ts-check
/** The account's expenses, newest first. */

import { html } from "htm/preact";

import { get } from "../../api/client.js";
import { PagedList } from "../../parts/list.js";
import { Day, Money } from "../../parts/values.js";
import { Empty, View } from "../../parts/view.js";
import { usePages } from "../../state/request.js";
import { Proposals } from "../sorting/proposals.js";

/** @import { ExpenseShape } from "../../api/types.js" */

const PAGE = 50;

export default function Expenses() {
  const pages = usePages((cursor, signal) => get("/api/expenses", { query: { limit: PAGE, cursor }, signal }), []);
  const empty = html`
    <${Empty} icon="coins" title="There are no expenses yet">
      <p>A receipt becomes an expense once it is read and nothing of it is in doubt. <a href="/">Add receipts</a></p>
    <//>
  `;
  return html`
    <${View} title="Expenses" actions=${html`<a class="button" href="/duplicates">Duplicates</a>`}>
      <${Proposals} onDone=${pages.again} />
      <${PagedList} pages=${pages} label="Expenses" row=${line} empty=${empty} />
    <//>
  `;
}

/** @param {ExpenseShape} expense */
function line({ id, merchant, date, total, currency, category, base }) {
  return html`
    <li key=${id} class="line">
      <a href=${`/expenses/${id}`}>
        <span class="line-title">${merchant}</span>
        <span class="line-note">${category ?? "No category"}</span>
        <span class="line-day"><${Day} day=${date} /></span>
        <span class="line-amount">
          <${Money} amount=${total} currency=${currency} />
          ${base && base.currency !== currency && html`<small><${Money} amount=${base.total} currency=${base.currency} /></small>`}
        </span>
      </a>
    </li>
  `;
}
