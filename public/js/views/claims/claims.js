// @ts-check
/** Claims: what can be claimed, and what was, with where it stands. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, get, onceOnly, post } from "../../api/client.js";
import { counted, money } from "../../format.js";
import { notify } from "../../notices.js";
import { DayField, SelectField, TextField } from "../../parts/fields.js";
import { PagedList } from "../../parts/list.js";
import { Day, Money } from "../../parts/values.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { usePages, useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { readDay } from "../../values/day.js";
import { useAct } from "../settings/use-act.js";
import { Against } from "./against.js";
import { sentence } from "./dialogs.js";
import { More, readMore } from "./more.js";
import { STATES } from "./states.js";

/** @import { ListedClaimShape, ClaimableShape } from "../../api/types.js" */

const PAGE = 30;
const STANDING = [{ value: "", label: "in any state" }, ...Object.entries(STATES).map(([value, label]) => ({ value, label }))];
const PAYERS = [
  { value: "company", label: "A company: what employees paid" },
  { value: "customer", label: "A customer: what is billable" },
];

export default function Claims() {
  const [state, setState] = useState("");
  const only = /** @type {ListedClaimShape["state"] | undefined} */ (state || undefined);
  const pages = usePages((cursor, signal) => get("/api/claims", { query: { limit: PAGE, cursor, state: only }, signal }), [state]);
  const empty = state
    ? html`<${Empty} icon="coins" title="No claim is so" />`
    : html`<${Empty} icon="coins" title="Nothing was claimed yet"><p>What is approved is claimed above, each currency by itself.</p><//>`;
  const row = (/** @type {ListedClaimShape} */ claim) => html`<${ClaimLine} key=${claim.id} claim=${claim} />`;
  return html`
    <${View} title="Claims">
      ${may("book") && html`<${Asking} onAsked=${pages.again} />`}
      <section aria-labelledby="claims">
        <h2 id="claims">Claimed</h2>
        <${SelectField} label="Only those that are" options=${STANDING} value=${state} onValue=${setState} />
        <${PagedList} pages=${pages} label="Claimed" row=${row} empty=${empty} />
      </section>
    <//>
  `;
}

/** @param {{ claim: ListedClaimShape }} props */
function ClaimLine({ claim }) {
  const { id, number, payerName, state, currency, total, open, expenses, dueOn } = claim;
  return html`
    <li class="line">
      <a href=${`/claims/${id}`}>
        <span class="line-title">${payerName}</span>
        <span class="line-note">${[number ?? "no number yet", STATES[state], counted(expenses, "expense")].join(" · ")}</span>
        <span class="line-amount"><${Money} amount=${total} currency=${currency} />${open !== total && html`<small>${money(open, currency)} open</small>`}</span>
        ${dueOn && html`<span class="line-day">due <${Day} day=${dueOn} /></span>`}
      </a>
    </li>
  `;
}

/** @param {{ onAsked: () => void }} props */
function Asking({ onAsked }) {
  const [kind, setKind] = useState(/** @type {"company" | "customer"} */ ("company"));
  const [name, setName] = useState("");
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [given, setGiven] = useState(/** @type {Record<string, string>} */ ({}));
  const days = { firstDay: readDay(first).value || null, lastDay: readDay(last).value || null };
  const only = { person: given.person || undefined, client: given.client?.trim() || undefined };
  const query = { payerKind: kind, firstDay: days.firstDay ?? undefined, lastDay: days.lastDay ?? undefined, ...only };
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/claimable", { query, signal }),
    [kind, days.firstDay, days.lastDay, only.person, only.client],
  );
  const done = () => (again(), onAsked());
  const onKind = (/** @type {string} */ value) => setKind(value === "customer" ? "customer" : "company");
  return html`
    <section class="card" aria-labelledby="asking">
      <h2 id="asking">Claim what is approved</h2>
      <div class="statement-fields">
        <${SelectField} label="Who pays" options=${PAYERS} value=${kind} onValue=${onKind} />
        <${TextField} label="Their name" value=${name} onValue=${setName} maxLength=${140} required />
        <${DayField} label="From" value=${first} onValue=${setFirst} problem=${readDay(first).problem} />
        <${DayField} label="To" value=${last} onValue=${setLast} problem=${readDay(last).problem} />
      </div>
      <${More} kind=${kind} given=${given} onGiven=${setGiven} />
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer?.items.length === 0 && html`<p class="quiet">Nothing that is approved is left to claim here.</p>`}
      <ul class="lines">
        ${answer?.items.map(
          (each) => html`<${Claimable} key=${each.currency} ...${{ found: each, asked: { payerKind: kind, payerName: name.trim(), ...days }, given, onAsked: done, onRefused: again }} />`,
        )}
      </ul>
    </section>
  `;
}

/** @param {{ found: ClaimableShape, asked: { payerKind: "company" | "customer", payerName: string, firstDay: string | null, lastDay: string | null }, given: Record<string, string>, onAsked: () => void, onRefused: () => void }} props */
function Claimable({ found, asked, given, onAsked, onRefused }) {
  const { currency, count, total, heldBack, violations } = found;
  const sum = money(total, currency);
  const claim = async (/** @type {boolean} */ leavesOut) => {
    if (!asked.payerName) throw new Error("Type in the name of whoever is to pay.");
    const body = { currency, ...asked, ...readMore(given, asked.payerKind), ...(leavesOut ? { leaveOutViolations: true } : {}) };
    try {
      await post("/api/claims", body, { headers: onceOnly() });
    } catch (error) {
      if (error instanceof ApiError && error.code === "policies-against") onRefused();
      throw error;
    }
    notify(leavesOut ? "The others are being claimed." : `${sum} are being claimed.`);
    onAsked();
  };
  const claiming = useAct(() => claim(heldBack > 0), sentence);
  const some = heldBack < count ? `Claim the others in ${currency}` : "";
  const label = heldBack > 0 ? some : `Claim ${sum}`;
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${sum}</span>
        <span class="line-note">${counted(count, "expense")}, at most 200 in one claim</span>
        ${heldBack > 0 && html`<p class="form-problem" role="status">Policies are against claiming ${counted(heldBack, "expense")} of these.</p>`}
        ${violations.length > 0 && html`<${Against} violations=${violations} />`}
        ${claiming.problem && html`<p class="form-problem" role="alert">${claiming.problem}</p>`}
        ${label &&
        html`<span class="line-actions">
          <button type="button" class="button primary" disabled=${claiming.isBusy} onClick=${claiming.act}>${label}</button>
        </span>`}
      </div>
    </li>
  `;
}
