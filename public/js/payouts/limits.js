// @ts-check
/** Above what a second person decides on a payout. */

import { useState } from "preact/hooks";

import { del, get, put } from "../api/client.js";
import { money } from "../format.js";
import { AmountField, CurrencyField } from "../parts/fields.js";
import { Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { fromMinor, readAmount, toMinor } from "../values/amount.js";
import { useAct } from "../parts/use-act.js";
import { html, t } from "../words.js";

/** @import { PayoutLimit } from "../api/types.js" */

/** @param {{ onAsked: () => void }} props */
export function Limits({ onAsked }) {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/payout-limits", { signal }), []);
  const [currency, setCurrency] = useState("EUR");
  const [amount, setAmount] = useState("");
  const read = readAmount(amount, currency);
  const setting = useAct(async () => {
    await put("/api/payout-limits/{currency}", { above: toMinor(read.value ?? "", currency) }, { path: { currency } });
    setAmount("");
    again();
    onAsked();
  });
  const isWhole = read.value && /^[A-Z]{3}$/.test(currency);
  return html`
    <section class="card" aria-labelledby="limits-title">
      <h2 id="limits-title">Approval limits</h2>
      <p class="quiet">
        A payout of more than this, or more for one payee within a day, needs approval by someone other than the person who requested it. Once there is a limit, payouts
        in other currencies always need it. To raise or lift a limit, a second person must confirm.
      </p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer?.items.length === 0 && html`<p>There is no limit: payouts need no approval.</p>`}
      <ul class="lines" aria-label="Limits">
        ${answer?.items.map((each) => html`<${Limit} key=${each.currency} limit=${each} onAsked=${() => (again(), onAsked())} />`)}
      </ul>
      <form novalidate onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), isWhole && setting.act())}>
        <div class="fields-row">
          <${AmountField} label="Approval needed above" value=${amount} onValue=${setAmount} currency=${currency} problem=${amount && read.problem} />
          <${CurrencyField} label="Currency of the limit" value=${currency} onValue=${setCurrency} />
        </div>
        ${setting.problem && html`<p class="form-problem" role="alert">${setting.problem}</p>`}
        <p class="form-buttons"><button type="submit" class="button" disabled=${!isWhole || setting.isBusy}>Save</button></p>
      </form>
    </section>
  `;
}

/** @param {{ limit: PayoutLimit, onAsked: () => void }} props */
function Limit({ limit: { currency, above }, onAsked }) {
  const dropping = useAct(async () => {
    await del("/api/payout-limits/{currency}", { path: { currency } });
    onAsked();
  });
  const label = t`Take away: the limit of ${currency}`;
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">Above ${money(fromMinor(above, currency), currency)}</span>
        ${dropping.problem && html`<p class="form-problem" role="alert">${dropping.problem}</p>`}
        <span class="line-actions">
          <button type="button" class="button small" aria-label=${label} disabled=${dropping.isBusy} onClick=${dropping.act}>Take away</button>
        </span>
      </div>
    </li>
  `;
}
