// @ts-check
/** Whom the account pays: a name, and the payment provider's ids. */

import { del, post } from "../api/client.js";
import { Form } from "../parts/form.js";
import { Waiting } from "../parts/view.js";
import { useAct } from "../parts/use-act.js";
import { choice, field, trimmed } from "../values/schema.js";
import { html, t } from "../words.js";

/** @import { Payee } from "../api/types.js" */

const HOW = [
  { value: "provider", label: t`The provider` },
  { value: "file", label: t`A file for the bank` },
];
const BY_FILE = JSON.stringify("file");

/** @param {{ payees: import("../state/request.js").Requested<Payee[]> }} props */
export function Payees({ payees }) {
  const { answer, problem, isLoading, again } = payees;
  return html`
    <section class="card" aria-labelledby="payees-title">
      <h2 id="payees-title">Payees</h2>
      <p class="quiet">The provider stores their bank accounts; Tillroll stores only its ids. Payees who are paid by a file for the bank have an IBAN.</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      <ul class="lines" aria-label="Payees">${answer?.map((each) => html`<${PayeeLine} key=${each.id} payee=${each} again=${again} />`)}</ul>
      <${Form} action="Add the payee" fields=${fieldsOf} onSend=${(/** @type {import("../parts/form.js").Body} */ body) => add(body).then(again)} />
    </section>
  `;
}

/** @param {{ payee: Payee, again: () => void }} props */
function PayeeLine({ payee, again }) {
  const { id, name, paidBy, recipient, method, iban, archivedAt } = payee;
  const where = paidBy === "file" ? t`${iban} · by a file for the bank` : `${recipient} · ${method}`;
  const archiving = useAct(async () => {
    await del("/api/payees/{payee_id}", { path: { payee_id: id } });
    again();
  });
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note" style="overflow-wrap: anywhere">${id} · ${where}${archivedAt && t` · not paid any more`}</span>
        ${archiving.problem && html`<p class="form-problem" role="alert">${archiving.problem}</p>`}
        ${!archivedAt &&
        html`<span class="line-actions">
          <button type="button" class="button small danger" aria-label=${t`Archive ${name}`} disabled=${archiving.isBusy} onClick=${archiving.act}>Archive</button>
        </span>`}
      </div>
    </li>
  `;
}

/** @param {Record<string, string>} texts */
const fieldsOf = ({ how }) => [
  field("name", t`Name`, { maxLength: 100 }),
  choice("how", t`Paid by`, HOW),
  ...(how === BY_FILE
    ? [field("iban", "IBAN", { maxLength: 50 }), field("bic", "BIC", { maxLength: 20, hint: t`Outside of the EEA`, isNullable: true })]
    : [
        field("recipient", t`Recipient`, { placeholder: "acct_…", maxLength: 70 }),
        field("method", t`Bank account`, { placeholder: "gbba_…", maxLength: 100, hint: t`The provider's id of it` }),
      ]),
];

/** @param {import("../parts/form.js").Body} body */
const add = ({ how, ...payee }) => post("/api/payees", trimmed(payee));
