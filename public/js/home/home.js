// @ts-check
/** Home: what waits for whoever is signed in, this month beside the last, and what the month still lacks. */

import { get } from "../api/client.js";
import { toApprove } from "../expenses/approval/to-approve.js";
import { addressOf, MISSING } from "../expenses/asked.js";
import { View, Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { today } from "../values/day.js";
import { html, t } from "../words.js";
import { Guide } from "./guide.js";
import { Month } from "./month.js";
import { Owed } from "./owed.js";

/** @import { MissingReport } from "../api/types.js" */

export default function Home() {
  const thisMonth = today().slice(0, "2026-03".length);
  const lacking = useRequest((signal) => get("/api/reports/missing", { query: { from: thisMonth, to: thisMonth }, signal }), []);
  const ever = useRequest((signal) => get("/api/expenses", { query: { limit: 1 }, signal }), []);
  const { answer } = lacking;
  if (!answer || !ever.answer) {
    const { problem, isLoading, again } = answer ? ever : lacking;
    return html`<${View} title="Home"><${Waiting} problem=${problem} isLoading=${isLoading} onAgain=${again} /><//>`;
  }
  const hasAny = ever.answer.items.length > 0;
  return html`
    <${View} title="Home">
      ${!hasAny && may("submit") && html`<${Guide} />`}
      <div class="home">
        <${Tasks} runs=${answer.runs} />
        <${Owed} />
        ${hasAny && html`<${Month} /><${Lacking} report=${answer} />`}
      </div>
    <//>
  `;
}

/** @param {{ runs: MissingReport["runs"] }} props */
function Tasks({ runs }) {
  const toDecide = may("approve") ? toApprove() : "";
  const tasks = [
    { count: String(runs.needsReview || ""), title: runs.needsReview === 1 ? t`receipt to review` : t`receipts to review`, href: "/inbox/review" },
    { count: String(runs.sentBack || ""), title: t`sent back: answer and confirm`, href: "/expenses?status=in_review" },
    { count: toDecide, title: toDecide === "1" ? t`expense to approve` : t`expenses to approve`, href: "/approvals" },
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

/** @param {{ report: MissingReport }} props */
function Lacking({ report: { rows } }) {
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
                    <a href=${addressOf(filter)}><strong>${count}</strong> ${MISSING.find(({ value }) => value === missing)?.label ?? missing}</a>
                  </li>
                `,
              )}
            </ul>
          `}
    </section>
  `;
}
