// @ts-check
/** Home: what waits for whoever is signed in, this month beside the last, and what the month still lacks. */

import { AskCurrency } from "../accounts/ask-currency.js";
import { get } from "../api/client.js";
import { toApprove } from "../expenses/approval/to-approve.js";
import { addressOf } from "../expenses/asked.js";
import { lackInWords } from "../expenses/lacking.js";
import { View, Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { today } from "../values/day.js";
import { html, t } from "../words.js";
import { Guide } from "./guide.js";
import { Month } from "./month.js";
import { ClaimsOwed, Owed } from "./owed.js";

/** @import { Home as HomeAnswer } from "../api/types.js" */

export default function Home() {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/home", { query: { on: today() }, signal }), []);
  if (!answer) return html`<${View} title="Home"><${Waiting} problem=${problem} isLoading=${isLoading} onAgain=${again} /><//>`;
  const { runs, duplicates, hasExpenses, months, missing, owed, claims, tooLarge } = answer;
  return html`
    <${View} title="Home">
      ${!hasExpenses && may("submit") && html`<${Guide} />`}
      <${AskCurrency} />
      <div class="home">
        <${Tasks} runs=${runs} duplicates=${duplicates} />
        <${Owed} owed=${owed} />
        ${claims && html`<${ClaimsOwed} claims=${claims} />`}
        ${tooLarge.length > 0 && html`<p class="card" role="status">${t`Some sums are too large to be shown here. Reports of a shorter time or of one person have them.`}</p>`}
        ${hasExpenses && html`${!tooLarge.includes("months") && html`<${Month} months=${months} />`}<${Lacking} rows=${missing} />`}
      </div>
    <//>
  `;
}

/** @param {{ runs: HomeAnswer["runs"], duplicates: number }} props `duplicates` are pairs */
function Tasks({ runs, duplicates }) {
  const toDecide = may("approve") ? toApprove() : "";
  const tasks = [
    { count: String(runs.needsReview || ""), title: runs.needsReview === 1 ? t`receipt to review` : t`receipts to review`, href: "/inbox/review" },
    { count: String(runs.sentBack || ""), title: t`sent back: answer and confirm`, href: "/expenses?status=in_review" },
    { count: toDecide, title: toDecide === "1" ? t`expense to approve` : t`expenses to approve`, href: "/approvals" },
    { count: String(duplicates || ""), title: duplicates === 1 ? t`possible duplicate to settle` : t`possible duplicates to settle`, href: "/duplicates" },
    { count: String(runs.failed || ""), title: runs.failed === 1 ? t`failed receipt` : t`failed receipts`, href: "/inbox/failed" },
  ].filter(({ count }) => count);
  return html`
    <section class="card" aria-labelledby="home-tasks">
      <h2 id="home-tasks">Waits for you</h2>
      ${tasks.length === 0
        ? html`<p class="quiet">Nothing waits for you.</p>`
        : html`
            <ul class="home-tasks">
              ${tasks.map(({ count, title, href }) => html`<li key=${href}><a href=${href}><strong>${count}</strong> ${title}</a></li>`)}
            </ul>
          `}
      ${runs.processing > 0 && html`<p class="quiet">Being read: ${runs.processing}</p>`}
    </section>
  `;
}

/** @param {{ rows: HomeAnswer["missing"] }} props */
function Lacking({ rows }) {
  const lacking = rows.filter(({ count }) => count > 0);
  return html`
    <section class="card" aria-labelledby="home-lacking">
      <h2 id="home-lacking">Missing this month</h2>
      ${lacking.length === 0
        ? html`<p class="quiet">No expense of this month lacks anything.</p>`
        : html`
            <ul class="home-tasks">
              ${lacking.map(
                ({ missing, count, filter }) => html`
                  <li key=${missing}>
                    <a href=${addressOf(filter)}>${lackInWords(missing, count)}</a>
                  </li>
                `,
              )}
            </ul>
          `}
    </section>
  `;
}
