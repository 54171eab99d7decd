// @ts-check
/** Asking for a payout. */

import { useRef, useState } from "preact/hooks";

import { onceOnly, post } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { AmountField, CurrencyField, SelectField, TextField } from "../parts/fields.js";
import { readAmount, toMinor } from "../values/amount.js";
import { useAct } from "../parts/use-act.js";
import { AskAnyway } from "./alike.js";
import { html, t } from "../words.js";

/** @import { AlikePayout, Payee } from "../api/types.js" */

/** @param {{ payees: Payee[], onAsked: () => void }} props */
export function Ask({ payees, onAsked }) {
  const there = payees.filter(({ archivedAt }) => archivedAt === null);
  const [payee, setPayee] = useState("");
  const [amount, setAmount] = useState("");
  const [currency, setCurrency] = useState("EUR");
  const [reference, setReference] = useState("");
  // One key for one payout: sent again after a lost answer, it is paid once.
  const [headers, renew] = useState(onceOnly);
  const read = readAmount(amount, currency);
  const payeeId = payee || there[0]?.id || "";
  const [alike, tellOf] = useState(/** @type {AlikePayout[]} */ ([]));
  // What was sent under its key and is sent again is no other one: it would be told of itself.
  const sent = useRef(/** @type {typeof headers | null} */ (null));
  const asking = useAct(async () => {
    const asked = { payeeId, currency, amount: toMinor(read.value ?? "", currency), reference: reference.trim() };
    if (alike.length === 0 && sent.current !== headers) {
      const { alike: found } = await post("/api/payouts/check", asked);
      if (found.length > 0) return tellOf(found);
    }
    sent.current = headers;
    await post("/api/payouts", asked, { headers });
    tellOf([]);
    renew(onceOnly());
    setAmount("");
    setReference("");
    notify(t`It was asked for.`, { kind: "success" });
    onAsked();
  });
  if (there.length === 0) return html`<p class="quiet">Add a payee in the <a href="/settings/payments">payment settings</a> first.</p>`;
  const isWhole = read.value && reference.trim() && /^[A-Z]{3}$/.test(currency);
  return html`
    <form
      aria-labelledby="ask-title"
      novalidate
      onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), isWhole && !asking.isBusy && asking.act())}
    >
      <h3 id="ask-title">One payout</h3>
      <div class="fields-row">
        <${SelectField} label="Payee" value=${payeeId} onValue=${changing(setPayee)} options=${there.map(({ id, name }) => ({ value: id, label: name }))} />
        <${AmountField} label="Amount" value=${amount} onValue=${changing(setAmount)} currency=${currency} problem=${amount && read.problem} />
        <${CurrencyField} label="Currency" value=${currency} onValue=${changing(setCurrency)} />
        <${TextField} label="For" value=${reference} onValue=${changing(setReference)} maxLength=${140} hint="You and the payee see it" />
      </div>
      ${asking.problem && html`<p class="form-problem" role="alert">${asking.problem}</p>`}
      <p class="form-buttons">
        <button type="submit" class="button" disabled=${!isWhole || asking.isBusy}>Request payout</button>
      </p>
    </form>
    ${alike.length > 0 && html`<${AskAnyway} ...${{ alike, isBusy: asking.isBusy, problem: asking.problem, onClose: () => tellOf([]), onAction: asking.act }} />`}
  `;

  /**
   * Another body is another payout.
   *
   * @param {(value: string) => void} set
   */
  function changing(set) {
    return (/** @type {string} */ value) => (set(value), renew(onceOnly()));
  }
}
