// @ts-check
/** What came into a closed period, was changed in it, or left it since. */

import { get } from "../api/client.js";
import { PagedList } from "../parts/list.js";
import { Day, Money } from "../parts/values.js";
import { usePages } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { Late } from "../api/types.js" */

/** @type {Record<string, string>} */
const HOW = { added: t`Came later`, changed: t`Was changed`, voided: t`Was voided`, moved: t`Is of a day outside now` };

/** @param {{ periodId: string, late: number }} props */
export function Late({ periodId, late }) {
  const pages = usePages(
    (cursor, signal) => get("/api/closed-periods/{period_id}/late", { path: { period_id: periodId }, query: { cursor }, signal }),
    [periodId, late],
  );
  return html`<div class="late"><${PagedList} pages=${pages} label="What came since" row=${row} empty=${null} /></div>`;
}

/** @param {Late} late */
function row({ expenseId, how, merchant, date, total, currency }) {
  return html`
    <li class="line" key=${expenseId}>
      <a href=${`/expenses/${expenseId}`}>
        <span class="line-title">${merchant}</span>
        <span class="line-note">${HOW[how] ?? how}</span>
        <span class="line-day"><${Day} day=${date} /></span>
        <span class="line-amount"><${Money} amount=${total} currency=${currency} /></span>
      </a>
    </li>
  `;
}
