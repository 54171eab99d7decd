// @ts-check
/** What the company owes to whoever is signed in, and what it has paid them. */

import { get, put } from "../api/client.js";
import { date, money } from "../format.js";
import { Form } from "../parts/form.js";
import { PagedList } from "../parts/list.js";
import { Day } from "../parts/values.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { session } from "../state/session.js";
import { fromMinor } from "../values/amount.js";
import { sumOf } from "../values/decimals.js";
import { field } from "../values/schema.js";
import { html, t } from "../words.js";

/** @import { OwedExpense } from "../api/types.js" */
/** @import { Body } from "../parts/form.js" */

const PAGE = 50;
/** By `standing`. @type {Record<string, string>} */
const STANDINGS = {
  owed: t`Owed to you`,
  on_its_way: t`On its way`,
  paid: t`Paid`,
  not_reimbursable: t`Not reimbursed`,
};

/** What nobody has approved yet, as the list of expenses filters it. */
const PENDING = "/expenses?status=ready&status=in_review";

/**
 * What the person paid themselves and nobody has approved yet, of their newest expenses.
 *
 * @param {string | undefined} person
 * @param {AbortSignal} signal
 * @returns {Promise<string>} by currency; empty for nothing
 */
async function pendingOf(person, signal) {
  if (!person) return "";
  const { items } = await get("/api/expenses", { query: { person: [person], status: ["ready", "in_review"], limit: 100 }, signal });
  const own = items.filter(({ paidBy }) => paidBy === "employee");
  const currencies = [...new Set(own.map(({ currency }) => currency))];
  return currencies.map((each) => money(sumOf(own.filter(({ currency }) => currency === each).map(({ total }) => total)), each)).join(" + ");
}

export default function MyMoney() {
  const person = session.value?.user.id;
  const owed = useRequest((signal) => get("/api/owed", { query: { person }, signal }), [person]);
  const expenses = usePages((cursor, signal) => get("/api/owed/expenses", { query: { person, limit: PAGE, cursor }, signal }), [person]);
  const pending = useRequest((signal) => pendingOf(person, signal), [person]);
  const [mine] = owed.answer?.items ?? [];
  const amounts = (/** @type {"owed" | "onItsWay"} */ part, sign = 1) =>
    (mine?.sums ?? []).filter((each) => sign * each[part] > 0).map((each) => money(fromMinor(sign * each[part], each.currency), each.currency)).join(" + ");
  const due = amounts("owed");
  const back = amounts("owed", -1);
  const coming = amounts("onItsWay");
  const empty = html`<${Empty} icon="coins" title=${t`No expenses yet`}><p>Expenses that you paid yourself are listed here once they are approved.</p><//>`;
  return html`
    <${View} title=${t`My money`}>
      <section class="card owed-mine" aria-label=${t`What the company owes you`}>
        <${Waiting} problem=${owed.problem} isLoading=${owed.isLoading && !owed.answer} onAgain=${owed.again} />
        ${owed.answer && (due || !pending.answer) && html`<p class="owed-total">${due ? t`The company owes you ${due}` : t`The company owes you nothing.`}</p>`}
        ${pending.answer && html`<p><a href=${PENDING}>${t`${pending.answer} waits for approval`}</a></p>`}
        ${back && html`<p>${t`You were paid ${back} too much: your next payout is so much less.`}</p>`}
        ${coming && html`<p class="quiet">${t`${coming} is on its way to you.`}</p>`}
      </section>
      <${OwnAccount} />
      <${PagedList} pages=${expenses} label=${t`Expenses that you paid yourself`} row=${row} empty=${empty} />
    <//>
  `;
}

/** Where the person is paid: shown where it is known, asked for where it is not. */
function OwnAccount() {
  const { answer, problem, isLoading, set, again } = useRequest((signal) => get("/api/own-bank-account", { signal }), []);
  if (!answer) return html`<${Waiting} problem=${problem} isLoading=${isLoading} onAgain=${again} />`;
  const fields = [
    field("iban", t`IBAN`, { isNeeded: true, maxLength: 42 }),
    field("bic", t`BIC (optional)`, { maxLength: 11, hint: t`Needed outside of the European Economic Area only.` }),
  ];
  const enter = async (/** @type {Body} */ { iban, bic }) => set(await put("/api/own-bank-account", { iban, bic: bic || null }));
  return html`
    <section class="card" aria-labelledby="own-account">
      <h2 id="own-account">Where you are paid</h2>
      ${answer.iban ? html`<p>${answer.iban}</p><p class="quiet">To change it, ask somebody who may pay to archive it.</p>` : html`<${Form} action=${t`Save`} fields=${fields} onSend=${enter} />`}
    </section>
  `;
}

/** @param {OwedExpense} expense */
function row({ id, merchant, date: day, total, owed, currency, standing, paidOn, payouts }) {
  const failed = standing === "owed" && payouts.some(({ releasedAt }) => releasedAt !== null);
  const isPaidTooMuch = owed < 0;
  const says = isPaidTooMuch ? t`Paid too much` : standing === "paid" && paidOn ? t`Paid on ${date(paidOn)}` : STANDINGS[standing];
  return html`
    <li class="line" key=${id}>
      <a href=${`/expenses/${id}`}>
        <span class="line-title">${merchant}</span>
        <span class="line-note"><${Day} day=${day} /> · ${says}${failed && html` · ${t`A payment came back; it is owed again`}`}</span>
        <span class="line-amount">${money(fromMinor(total, currency), currency)}</span>
      </a>
    </li>
  `;
}
