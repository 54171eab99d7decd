// @ts-check
/** How complete the months of the bank are. */

import { get } from "../api/client.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { contentsOf, monthAfter, standOf } from "./completeness.js";
import { monthInWords } from "./words.js";
import { html } from "../words.js";

/** @import { MonthOverview } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

const SHOWN = 12;

/** @param {ViewProps} props */
export default function Months({ query }) {
  const until = query.get("until") ?? "";
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/bank/months", { query: { until }, signal }), [until]);
  const months = answer?.items ?? [];
  const oldest = months.at(-1)?.month;
  const hasOlder = oldest && months.length === SHOWN;
  return html`
    <${View} title="Months" actions=${html`<a class="button" href="/bank">Entries</a>`}>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && months.length === 0 && html`<${Empty} icon="bank" title="There is no statement yet"><p>Import the bank's files: then each month says what is missing.</p><//>`}
      ${months.length > 0 && html`<ul class="lines" aria-label="Months">${months.map((each) => html`<${Line} key=${each.month} month=${each} />`)}</ul>`}
      ${
        (until || hasOlder) &&
        html`
          <p class="form-buttons">
            ${hasOlder && html`<a class="button" href=${`/bank/months?until=${monthAfter(oldest, -1)}`}>Earlier months</a>`}
            ${until && html`<a class="button" href="/bank/months">Newest months</a>`}
          </p>
        `
      }
    <//>
  `;
}

/** @param {{ month: MonthOverview }} props */
function Line({ month }) {
  const { month: name, entries, open, isComplete } = month;
  const { label, status } = standOf(month);
  const isEmpty = entries === 0 && isComplete;
  return html`
    <li class="line">
      <a href=${`/bank/months/${name}`}>
        <span class="line-title">${monthInWords(name)}</span>
        <span class="line-note">${contentsOf(month)}</span>
        ${entries > 0 && html`<span class="line-day month-progress"><progress max=${entries} value=${entries - open} aria-label="Accounted for"></progress></span>`}
        ${!isEmpty && html`<span class="line-amount"><span class="pill" data-status=${status}>${label}</span></span>`}
      </a>
    </li>
  `;
}
