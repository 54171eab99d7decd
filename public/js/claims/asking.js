// @ts-check
/** A new claim: the client, their expenses, what else is decided, a preview, and sending it. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { counted, date, money } from "../format.js";
import { SelectField } from "../parts/fields.js";
import { View, Waiting } from "../parts/view.js";
import { place } from "../shell/router.js";
import { DocumentThumb } from "../receipts/thumb.js";
import { useRequest } from "../state/request.js";
import { sumOf } from "../values/decimals.js";
import { Against } from "./against.js";
import { More, readMore, summaryOf } from "./more.js";
import { Preview } from "./preview.js";
import { Selection, onlyClientOf, useSelection } from "./selection.js";
import { html, t } from "../words.js";

/** @import { Claimable, ClaimRequest, ClientRecord, ListedExpense, Owing } from "../api/types.js" */

/** The company itself pays what employees paid. */
const COMPANY = "company";

/** @type {ListedExpense[]} */
const NOTHING = [];

export default function NewClaim() {
  const ids = place.value.query.getAll("expense");
  const selection = useSelection(ids) ?? NOTHING;
  const [chosen, setChosen] = useState(/** @type {string | null} */ (null));
  // What was selected says whom a claim is for, until a person says it.
  const payer = chosen ?? onlyClientOf(selection) ?? "";
  const [given, setGiven] = useState(/** @type {Record<string, string>} */ ({}));
  const customers = useRequest((signal) => get("/api/claimable/customers", { signal }), []);
  const isCompany = payer === COMPANY;
  const clientId = payer && !isCompany ? payer : undefined;
  const client = useRequest(
    (signal) => (clientId ? get("/api/clients/{client_id}", { path: { client_id: clientId }, signal }) : Promise.resolve(null)),
    [clientId],
  );
  const { narrow, problems } = readMore(given, isCompany);
  // What was asked for another client, or for other days, is not to be selected here.
  const key = JSON.stringify([payer, narrow]);
  const claimable = useRequest(async (signal) => {
    if (!payer) return { key, items: [] };
    const { items } = await get("/api/claimable", { query: { payerKind: isCompany ? "company" : "customer", clientId, ...narrow }, signal });
    return { key, items };
  }, [key]);
  const found = claimable.answer?.key === key ? claimable.answer.items : null;
  const look = () => (claimable.again(), customers.again());
  const owing = customers.answer?.items ?? [];
  const known = clientId && client.answer?.id === clientId ? client.answer : null;
  const onPayer = (/** @type {string} */ value) => {
    setChosen(value);
    setGiven({});
  };
  return html`
    <${View} title="New claim">
      <section class="card" aria-labelledby="asking">
        <h2 id="asking">Client</h2>
        <div class="claim-fields">
          <${SelectField} label="Who is billed" options=${optionsOf(owing)} value=${payer} onValue=${onPayer} />
        </div>
        <${Waiting} problem=${customers.problem} isLoading=${customers.isLoading && !customers.answer} onAgain=${look} />
        <${Selection} ...${{ selection, payer, isCompany, onClient: onPayer }} />
        ${selection.length === 0 && html`<${Unnamed} owing=${owing} />`}
        ${known && !known.mail && html`<p class="quiet" role="note">No e-mail for claims is known. <a href=${`/clients/${known.id}`}>Add it to the client</a> to send claims by e-mail.</p>`}
        ${found && found.length > 0 && html`<${More} ...${{ isCompany, client: known, given, problems, onGiven: setGiven }} />`}
      </section>
      ${payer &&
      html`
        <${Waiting} problem=${claimable.problem} isLoading=${!found && claimable.isLoading} onAgain=${look} />
        ${found?.length === 0 && html`<p class="quiet">No approved expense is left to claim here.</p>`}
        ${(isCompany || known) && found?.map((each) => html`<${Currency} key=${`${key} ${each.currency}`} ...${{ found: each, isCompany, client: known, given, onRefused: look }} />`)}
      `}
    <//>
  `;
}

/** @param {Owing[]} owing */
function optionsOf(owing) {
  /** @type {Map<string, { name: string, sums: string[] }>} */
  const clients = new Map();
  for (const { clientId, name, currency, total } of owing) {
    if (!clientId) continue;
    const kept = clients.get(clientId) ?? { name: name ?? "", sums: [] };
    clients.set(clientId, { ...kept, sums: [...kept.sums, money(total, currency)] });
  }
  const named = [...clients].map(([value, { name, sums }]) => ({ value, label: `${name}: ${sums.join(", ")}` }));
  return [{ value: "", label: t`Select a client` }, ...named, { value: COMPANY, label: t`Your own company: what employees paid` }];
}

/** What nobody can be billed for, as long as it has no client. @param {{ owing: Owing[] }} props */
function Unnamed({ owing }) {
  const unnamed = owing.filter(({ clientId }) => clientId === null);
  if (unnamed.length === 0) return null;
  const count = unnamed.reduce((sum, each) => sum + each.count, 0);
  const sums = unnamed.map(({ total, currency }) => money(total, currency)).join(", ");
  return html`<p class="quiet" role="note">Billable, but without a client: ${counted(count, "expense")}, ${sums}. Select their client under Expenses to claim them.</p>`;
}

/** @param {{ found: Claimable, isCompany: boolean, client: ClientRecord | null, given: Record<string, string>, onRefused: () => void }} props */
function Currency({ found, isCompany, client, given, onRefused }) {
  const { currency, count, total, heldBack, violations, expenses } = found;
  // Expenses that were selected in their table come with the address: the others are not selected then.
  const only = place.value.query.getAll("expense");
  const [left, setLeft] = useState(only.length > 0 ? expenses.map(({ id }) => id).filter((id) => !only.includes(id)) : []);
  const [request, setRequest] = useState(/** @type {ClaimRequest | null} */ (null));
  const selected = expenses.filter(({ id }) => !left.includes(id));
  const sum = sumOf(selected.map(({ amount }) => amount));
  const { more, narrow, problems } = readMore(given, isCompany, client);
  const isRead = Object.keys(problems).length === 0;
  const onSelect = (/** @type {string} */ id) => setLeft(left.includes(id) ? left.filter((each) => each !== id) : [...left, id]);
  const onAll = () => setLeft(selected.length > 0 ? expenses.map(({ id }) => id) : []);
  const onPreview = () =>
    setRequest({
      currency,
      payerKind: isCompany ? "company" : "customer",
      ...(client ? { clientId: client.id } : {}),
      ...narrow,
      ...more,
      expenseIds: selected.map(({ id }) => id),
      expectedTotal: sum,
    });
  const rest = count - heldBack - expenses.length;
  return html`
    <section class="card claimable" role="group" aria-label=${t`Claimable in ${currency}`}>
      <div class="claimable-head">
        <h2>${money(total, currency)} in ${counted(count, "expense")}</h2>
        ${expenses.length > 0 &&
        html`
          <button type="button" class="button" onClick=${onAll}>${selected.length > 0 ? t`Select none` : t`Select all`}</button>
          <button type="button" class="button primary" disabled=${selected.length === 0 || !isRead} onClick=${onPreview}>
            ${selected.length === 0 ? t`Nothing is selected` : t`Preview claim of ${money(sum, currency)}`}
          </button>
        `}
      </div>
      ${expenses.length > 0 && html`<p class="quiet">${summaryOf(given, client)}</p>`}
      ${rest > 0 && html`<p class="quiet">One claim holds at most ${expenses.length} expenses: the oldest are shown. Claim the other ${rest} afterwards.</p>`}
      ${heldBack > 0 && html`<p class="form-problem" role="status">Policies are against claiming ${counted(heldBack, "expense")} of these.</p>`}
      ${violations.length > 0 && html`<${Against} violations=${violations} />`}
      ${expenses.length > 0 &&
      html`
        <ul class="lines" aria-label=${t`Expenses in ${currency}`}>
          ${expenses.map(
            ({ id, date: day, merchant, category, amount, receiptId, mediaType }) => html`
              <li class="line" key=${id}>
                <label class="line-text">
                  <input type="checkbox" checked=${!left.includes(id)} onChange=${() => onSelect(id)} />
                  <span class="found-thumb"><${DocumentThumb} ...${{ receiptId, mediaType }} /></span>
                  <span class="line-title">${merchant}</span>
                  <span class="line-note">${[date(day), category].filter(Boolean).join(" · ")}</span>
                  <span class="line-day">${money(amount, currency)}</span>
                </label>
              </li>
            `,
          )}
        </ul>
      `}
      ${request && html`<${Preview} ...${{ request, onClose: () => setRequest(null), onRefused }} />`}
    </section>
  `;
}
