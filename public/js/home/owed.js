// @ts-check
/** What the company owes to whoever looks, and for those who pay, what it owes to everybody. */

import { get } from "../api/client.js";
import { money } from "../format.js";
import { useRequest } from "../state/request.js";
import { may, session } from "../state/session.js";
import { fromMinor } from "../values/amount.js";
import { html } from "../words.js";

/** @import { Owed } from "../api/types.js" */

export function Owed() {
  const { answer } = useRequest((signal) => get("/api/owed", { signal }), []);
  if (!answer) return null;
  const mine = answer.items.filter(({ person }) => person.id === session.value?.user.id);
  const others = may("pay") ? answer.items.filter((each) => !mine.includes(each)) : [];
  if (mine.length + others.length === 0) return null;
  return html`
    <section class="card" aria-labelledby="home-owed">
      <h2 id="home-owed">Reimbursements</h2>
      <ul class="home-tasks">
        ${mine.length > 0 && html`<li>The company owes you <strong>${sums(mine)}</strong></li>`}
        ${others.length > 0 && html`<li><a href="/payouts">Owed to people: <strong>${sums(others)}</strong></a></li>`}
      </ul>
    </section>
  `;
}

/** @param {Owed[]} all @returns {string} by currency */
function sums(all) {
  const totals = new Map();
  for (const { currency, owed, onItsWay } of all.flatMap((each) => each.sums)) totals.set(currency, (totals.get(currency) ?? 0) + owed + onItsWay);
  return [...totals].map(([currency, total]) => money(fromMinor(total, currency), currency)).join(" + ");
}
