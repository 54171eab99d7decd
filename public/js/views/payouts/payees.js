// @ts-check
/** Whom the account pays: a name, and the payment provider's ids. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { del, post } from "../../api/client.js";
import { SelectField, TextField } from "../../parts/fields.js";
import { Waiting } from "../../parts/view.js";
import { useAct } from "../settings/use-act.js";

/** @import { Payee } from "../../api/types.js" */

const HOW = [
  { value: "provider", label: "The provider" },
  { value: "file", label: "A file for the bank" },
];

/** @param {{ payees: import("../../state/request.js").Requested<Payee[]> }} props */
export function Payees({ payees }) {
  const { answer, problem, isLoading, again } = payees;
  return html`
    <section class="card" aria-labelledby="payees-title">
      <h2 id="payees-title">Payees</h2>
      <p class="quiet">The provider knows their bank accounts; here stand only its ids of them. Who is paid by a file for the bank has an IBAN.</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      <ul class="lines" aria-label="Payees">${answer?.map((each) => html`<${PayeeLine} key=${each.id} payee=${each} again=${again} />`)}</ul>
      <${Add} onAdded=${again} />
    </section>
  `;
}

/** @param {{ payee: Payee, again: () => void }} props */
function PayeeLine({ payee, again }) {
  const { id, name, paidBy, recipient, method, iban, archivedAt } = payee;
  const where = paidBy === "file" ? `${iban} · by a file for the bank` : `${recipient} · ${method}`;
  const archiving = useAct(async () => {
    await del("/api/payees/{payee_id}", { path: { payee_id: id } });
    again();
  });
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note" style="overflow-wrap: anywhere">${id} · ${where}${archivedAt && " · not paid any more"}</span>
        ${archiving.problem && html`<p class="form-problem" role="alert">${archiving.problem}</p>`}
        ${!archivedAt &&
        html`<span class="line-actions">
          <button type="button" class="button small danger" aria-label=${`Archive ${name}`} disabled=${archiving.isBusy} onClick=${archiving.act}>Archive</button>
        </span>`}
      </div>
    </li>
  `;
}

/** @param {{ onAdded: () => void }} props */
function Add({ onAdded }) {
  const [name, setName] = useState("");
  const [recipient, setRecipient] = useState("");
  const [method, setMethod] = useState("");
  const [how, setHow] = useState("provider");
  const [iban, setIban] = useState("");
  const [bic, setBic] = useState("");
  const adding = useAct(async () => {
    const where = how === "file" ? { iban: iban.trim(), bic: bic.trim() || null } : { recipient: recipient.trim(), method: method.trim() };
    await post("/api/payees", { name: name.trim(), ...where });
    for (const clear of [setName, setRecipient, setMethod, setIban, setBic]) clear("");
    onAdded();
  });
  return html`
    <form novalidate onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), adding.act())}>
      <div class="fields-row">
        <${TextField} label="Name" value=${name} onValue=${setName} maxLength=${100} />
        <${SelectField} label="Paid by" value=${how} onValue=${setHow} options=${HOW} />
        ${
          how === "file"
            ? html`<${TextField} label="IBAN" value=${iban} onValue=${setIban} maxLength=${50} />
                <${TextField} label="BIC" value=${bic} onValue=${setBic} maxLength=${20} hint="Outside of the EEA" />`
            : html`<${TextField} label="Recipient" value=${recipient} onValue=${setRecipient} placeholder="acct_…" maxLength=${70} />
        <${TextField} label="Bank account" value=${method} onValue=${setMethod} placeholder="gbba_…" maxLength=${100} hint="The provider's id of it" />`
        }
      </div>
      ${adding.problem && html`<p class="form-problem" role="alert">${adding.problem}</p>`}
      <p class="form-buttons"><button type="submit" class="button" disabled=${adding.isBusy}>Add the payee</button></p>
    </form>
  `;
}
