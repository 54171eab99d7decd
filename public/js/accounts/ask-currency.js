// @ts-check
/** Asks for the base currency where the account has none: without one no report has a sum. */

import { get, patch } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { Form } from "../parts/form.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { field } from "../values/schema.js";
import { html, t } from "../words.js";

/** @import { Body } from "../parts/form.js" */

/**
 * Empty while the account has a base currency, and for people who may not choose one.
 *
 * @param {{ onDone?: () => void }} props
 */
export function AskCurrency({ onDone }) {
  return may("administer") ? html`<${Asking} onDone=${onDone} />` : null;
}

/** @param {{ onDone?: () => void }} props */
function Asking({ onDone }) {
  const { answer, again } = useRequest((signal) => get("/api/account", { signal }), []);
  if (!answer || answer.baseCurrency) return null;
  return html`
    <section class="card" aria-labelledby="ask-currency">
      <h2 id="ask-currency">In which currency do you keep your books?</h2>
      <p>Reports and the tax return add up in it. You can change it in Settings.</p>
      <${CurrencyForm} initial=${answer.proposedCurrency ?? ""} onDone=${onDone ?? again} />
    </section>
  `;
}

/** @param {{ initial: string, onDone: () => void }} props `initial` is a code of ISO 4217, or empty */
export function CurrencyForm({ initial, onDone }) {
  const fields = [
    field("baseCurrency", t`Base currency`, { isNeeded: true, initial, maxLength: 3 }),
  ];
  async function choose(/** @type {Body} */ body) {
    const { baseCurrency } = await patch("/api/account", { baseCurrency: String(body["baseCurrency"]) });
    notify(t`Reports are in ${baseCurrency ?? ""} within minutes.`, { kind: "success" });
    onDone();
  }
  return html`<${Form} action=${t`Save`} fields=${fields} onSend=${choose} />`;
}
