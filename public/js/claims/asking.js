// @ts-check
/** Claiming: who pays, and the expenses that the claim would hold, each with a box to tick. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { counted, date, money } from "../format.js";
import { DayField, SelectField, TextField } from "../parts/fields.js";
import { Waiting } from "../parts/view.js";
import { place } from "../shell/router.js";
import { useRequest } from "../state/request.js";
import { readDay } from "../values/day.js";
import { sumOf } from "../values/decimals.js";
import { Against } from "./against.js";
import { Confirm } from "./confirm.js";
import { More, readMore } from "./more.js";
import { html, t } from "../words.js";

/** @import { Claimable, ClaimRequest, Owing } from "../api/types.js" */

const PAYERS = [
  { value: "company", label: t`A company: what employees paid` },
  { value: "customer", label: t`A customer: what was spent for them` },
];

/** @param {{ onAsked: () => void }} props */
export function Asking({ onAsked }) {
  const [kind, setKind] = useState(/** @type {"company" | "customer"} */ ("company"));
  const [names, setNames] = useState({ company: "", customer: "" });
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [given, setGiven] = useState(/** @type {Record<string, string>} */ ({}));
  const name = names[kind].trim();
  const days = { firstDay: readDay(first).value || null, lastDay: readDay(last).value || null };
  const person = given.person || undefined;
  const period = { firstDay: days.firstDay ?? undefined, lastDay: days.lastDay ?? undefined, person };
  const of = kind === "customer" ? { payerName: name } : { client: given.client?.trim() || undefined };
  const isNamed = kind === "company" || name !== "";
  const customers = useRequest(
    (signal) => (kind === "customer" ? get("/api/claimable/customers", { query: period, signal }) : Promise.resolve(null)),
    [kind, days.firstDay, days.lastDay, person],
  );
  // What was asked for somebody else, or for other days, is not to be ticked here.
  const key = JSON.stringify([kind, period, of]);
  const claimable = useRequest(async (signal) => {
    if (!isNamed) return { key, items: [] };
    const { items } = await get("/api/claimable", { query: { payerKind: kind, ...period, ...of }, signal });
    return { key, items };
  }, [key]);
  const found = claimable.answer?.key === key ? claimable.answer.items : null;
  const look = () => (claimable.again(), customers.again());
  const done = () => (look(), onAsked());
  const onKind = (/** @type {string} */ value) => setKind(value === "customer" ? "customer" : "company");
  const onName = (/** @type {string} */ value) => setNames({ ...names, [kind]: value });
  const asked = { payerKind: kind, payerName: name, ...days };
  return html`
    <section class="card" aria-labelledby="asking">
      <h2 id="asking">Claim what is approved</h2>
      <div class="statement-fields claim-fields">
        <${SelectField} label="Who pays" options=${PAYERS} value=${kind} onValue=${onKind} />
        ${kind === "customer"
          ? html`<${SelectField} label="Customer" options=${optionsOf(customers.answer?.items ?? [], name)} value=${name} onValue=${onName} />`
          : html`<${TextField} label="Their name" value=${names.company} onValue=${onName} maxLength=${200} required />`}
        <${DayField} label="From" value=${first} onValue=${setFirst} problem=${readDay(first).problem} />
        <${DayField} label="To" value=${last} onValue=${setLast} problem=${readDay(last).problem} />
      </div>
      ${kind === "customer" && html`<${Unnamed} owing=${customers.answer?.items ?? []} isLoading=${customers.isLoading} />`}
      <${More} kind=${kind} given=${given} onGiven=${setGiven} />
      <${Waiting} problem=${claimable.problem ?? customers.problem} isLoading=${!found && claimable.isLoading} onAgain=${look} />
      ${isNamed && found?.length === 0 && html`<p class="quiet">Nothing that is approved is left to claim here.</p>`}
      ${found?.map((each) => html`<${Claimable} key=${`${key} ${each.currency}`} ...${{ found: each, asked, given, onAsked: done, onRefused: look }} />`)}
    </section>
  `;
}

/**
 * @param {Owing[]} owing
 * @param {string} chosen
 */
function optionsOf(owing, chosen) {
  /** @type {Map<string, string[]>} */
  const sums = new Map(chosen ? [[chosen, []]] : []);
  for (const { name, currency, total } of owing) if (name) sums.set(name, [...(sums.get(name) ?? []), money(total, currency)]);
  const named = [...sums].map(([value, each]) => ({ value, label: each.length > 0 ? `${value}: ${each.join(", ")}` : value }));
  return [{ value: "", label: t`Choose a customer` }, ...named];
}

/** What nobody can be claimed for, as long as it names no client. @param {{ owing: Owing[], isLoading: boolean }} props */
function Unnamed({ owing, isLoading }) {
  const unnamed = owing.filter(({ name }) => name === null);
  if (isLoading) return null;
  if (owing.length === 0) return html`<p class="quiet">Nothing that is approved and billable is left to claim.</p>`;
  if (unnamed.length === 0) return null;
  const count = unnamed.reduce((sum, each) => sum + each.count, 0);
  const sums = unnamed.map(({ total, currency }) => money(total, currency)).join(", ");
  const verb = count === 1 ? t`is billable but names` : t`are billable but name`;
  return html`<p class="quiet" role="note">${t`${counted(count, "expense")} (${sums}) ${verb} no client, so no customer can be claimed for ${count === 1 ? "it" : "them"}. Open ${count === 1 ? "it" : "them"} under Expenses, and fill in Client.`}</p>`;
}

/** @param {{ found: Claimable, asked: Pick<ClaimRequest, "payerKind" | "payerName" | "firstDay" | "lastDay">, given: Record<string, string>, onAsked: () => void, onRefused: () => void }} props */
function Claimable({ found, asked, given, onAsked, onRefused }) {
  const { currency, count, total, heldBack, violations, expenses } = found;
  // Expenses that were selected in their table come with the address: the others are not ticked then.
  const only = place.value.query.getAll("expense");
  const [unticked, setUnticked] = useState(only.length > 0 ? expenses.map(({ id }) => id).filter((id) => !only.includes(id)) : []);
  const [request, setRequest] = useState(/** @type {ClaimRequest | null} */ (null));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const ticked = expenses.filter(({ id }) => !unticked.includes(id));
  const sum = sumOf(ticked.map(({ amount }) => amount));
  const onTick = (/** @type {string} */ id) => setUnticked(unticked.includes(id) ? unticked.filter((each) => each !== id) : [...unticked, id]);
  const onAll = () => setUnticked(ticked.length > 0 ? expenses.map(({ id }) => id) : []);
  const onClaim = () => {
    try {
      if (!asked.payerName) throw new RangeError("Type in the name of whoever is to pay.");
      const more = readMore(given, asked.payerKind);
      if (more.sentBy === "mail" && !more.payerMail) throw new RangeError("Type in the mail address of whoever pays.");
      setRequest({ currency, ...asked, ...more, expenseIds: ticked.map(({ id }) => id), expectedTotal: sum });
      setProblem(null);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      setProblem(error.message);
    }
  };
  const rest = count - heldBack - expenses.length;
  return html`
    <div class="claimable" role="group" aria-label=${t`Claimable in ${currency}`}>
      <h3>${`${money(total, currency)} in ${counted(count, "expense")}`}</h3>
      ${rest > 0 && html`<p class="quiet">${t`One claim holds at most ${expenses.length}: the oldest are shown. Claim the other ${rest} afterwards.`}</p>`}
      ${heldBack > 0 && html`<p class="form-problem" role="status">Policies are against claiming ${counted(heldBack, "expense")} of these.</p>`}
      ${violations.length > 0 && html`<${Against} violations=${violations} />`}
      ${expenses.length > 0 &&
      html`
        <ul class="lines" aria-label=${t`Expenses in ${currency}`}>
          ${expenses.map(
            ({ id, date: day, merchant, category, amount }) => html`
              <li class="line" key=${id}>
                <label class="line-text">
                  <input type="checkbox" checked=${!unticked.includes(id)} onChange=${() => onTick(id)} />
                  <span class="line-title">${merchant}</span>
                  <span class="line-note">${[date(day), category].filter(Boolean).join(" · ")}</span>
                  <span class="line-day">${money(amount, currency)}</span>
                </label>
              </li>
            `,
          )}
        </ul>
        ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
        <div class="claimable-actions">
          <button type="button" class="button primary" disabled=${ticked.length === 0} onClick=${onClaim}>
            ${ticked.length === 0 ? t`Nothing is ticked` : t`Claim ${counted(ticked.length, "expense")}, ${money(sum, currency)}…`}
          </button>
          <button type="button" class="button" onClick=${onAll}>${ticked.length > 0 ? t`Tick none` : t`Tick all`}</button>
        </div>
      `}
      ${request && html`<${Confirm} ...${{ request, of: expenses.length, onClose: () => setRequest(null), onDone: () => (setRequest(null), onAsked()), onRefused }} />`}
    </div>
  `;
}
