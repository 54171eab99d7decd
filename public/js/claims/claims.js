// @ts-check
/** Claims: what can be claimed, and what was, with where it stands. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { counted, money } from "../format.js";
import { SelectField } from "../parts/fields.js";
import { PagedList } from "../parts/list.js";
import { Day, Money } from "../parts/values.js";
import { Empty, View } from "../parts/view.js";
import { usePages } from "../state/request.js";
import { may } from "../state/session.js";
import { STATES } from "./states.js";
import { html, t } from "../words.js";

/** @import { ClaimSummary } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

const PAGE = 30;
const STANDING = [{ value: "", label: t`Any status` }, ...Object.entries(STATES).map(([value, label]) => ({ value, label }))];

/** @param {ViewProps} props */
export default function Claims({ query }) {
  const [state, setState] = useState(query.get("state") ?? "");
  const only = /** @type {ClaimSummary["state"] | undefined} */ (state || undefined);
  const pages = usePages((cursor, signal) => get("/api/claims", { query: { limit: PAGE, cursor, state: only }, signal }), [state]);
  const empty = state
    ? html`<${Empty} icon="coins" title="No claims with this status" />`
    : html`<${Empty} icon="coins" title="No claims yet"><p>Bill a client for approved, billable expenses, or claim what employees paid.</p><//>`;
  const row = (/** @type {ClaimSummary} */ claim) => html`<${ClaimLine} key=${claim.id} claim=${claim} />`;
  return html`
    <${View} title="Claims" actions=${may("book") && html`<a class="button primary" href="/claims/new">New claim</a>`}>
      <section class="claims-claimed" aria-labelledby="claims">
        <h2 id="claims" class="visually-hidden">All claims</h2>
        <${SelectField} label="Status" options=${STANDING} value=${state} onValue=${setState} />
        <${PagedList} pages=${pages} label="Claimed" row=${row} empty=${empty} />
      </section>
    <//>
  `;
}

/** @param {{ claim: ClaimSummary }} props */
function ClaimLine({ claim }) {
  const { id, number, payerName, state, currency, total, open, expenses, dueOn } = claim;
  return html`
    <li class="line">
      <a href=${`/claims/${id}`}>
        <span class="line-title">${payerName}</span>
        <span class="line-note">${[number ?? t`no number yet`, STATES[state], counted(expenses, "expense")].join(" · ")}</span>
        <span class="line-amount"><${Money} amount=${total} currency=${currency} />${open !== total && html`<small>${money(open, currency)} open</small>`}</span>
        ${dueOn && html`<span class="line-day">due <${Day} day=${dueOn} /></span>`}
      </a>
    </li>
  `;
}
