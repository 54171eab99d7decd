// @ts-check
/** Settings: what the account asks of an expense before it is approved. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { del, get, onceOnly, post } from "../../api/client.js";
import { notify } from "../../notices.js";
import { AmountField, CurrencyField, SelectField, TextField } from "../../parts/fields.js";
import { Money } from "../../parts/values.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { readAmount } from "../../values/amount.js";
import { useAsking } from "../sorting/asking.js";

/** @import { PolicyShape } from "../../api/types.js" */

/** @type {Record<string, string>} */
const EFFECTS = {
  four_eyes: "Somebody else must approve it",
  refuse: "It is not approved",
  warn: "Whoever approves it is told",
};
const OPTIONS = Object.entries(EFFECTS).map(([value, label]) => ({ value, label }));
const EMPTY = { name: "", effect: "four_eyes", category: "", currency: "", above: "" };

export default function Policies() {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/policies", { signal }), []);
  const asking = useAsking();
  /** @param {PolicyShape} policy */
  const remove = ({ id, name }) =>
    asking.ask(async () => {
      await del("/api/policies/{policy_id}", { path: { policy_id: id } });
      notify(`The policy “${name}” is deleted.`, { kind: "success" });
      again();
    });
  return html`
    <${View} title="Approval policies">
      <p class="quiet">Owners approve. A policy says which expenses they may not, or not alone.</p>
      <${Waiting} problem=${problem ?? asking.problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer?.items.length === 0 &&
      html`<${Empty} title="There is no policy"><p>Every owner may approve every expense.</p><//>`}
      ${answer &&
      answer.items.length > 0 &&
      html`
        <ul class="lines" aria-label="Policies">
          ${answer.items.map(
            (each) => html`
              <li class="line" key=${each.id}>
                <div class="line-text">
                  <span class="line-title">${each.name}</span>
                  <span class="line-note">
                    ${EFFECTS[each.effect]}${each.category && ` · ${each.category}`}
                    ${each.above && html` · above <${Money} amount=${each.above} currency=${each.currency ?? ""} />`}
                  </span>
                  ${may("administer") &&
                  html`
                    <span class="line-amount line-buttons">
                      <button
                        type="button"
                        class="button small danger"
                        disabled=${asking.isBusy}
                        aria-label=${`Delete ${each.name}`}
                        onClick=${() => remove(each)}
                      >
                        Delete
                      </button>
                    </span>
                  `}
                </div>
              </li>
            `,
          )}
        </ul>
      `}
      ${may("administer") && html`<${NewPolicy} onDone=${again} />`}
    <//>
  `;
}

/** @param {{ onDone: () => void }} props */
function NewPolicy({ onDone }) {
  const [given, setGiven] = useState(EMPTY);
  const { isBusy, problem, fields, ask } = useAsking();
  const amount = readAmount(given.above, given.currency);
  const add = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (amount.problem) return;
    void ask(async () => {
      const { name, effect, category, currency } = given;
      const asked = { name, effect, category: category || null, currency: currency || null, above: amount.value || null };
      await post("/api/policies", /** @type {any} */ (asked), { headers: onceOnly() });
      notify("The policy is added.", { kind: "success" });
      setGiven(EMPTY);
      onDone();
    });
  };
  /** @param {keyof typeof EMPTY} name @param {string} label */
  const props = (name, label) => ({
    label,
    value: given[name],
    onValue: (/** @type {string} */ value) => setGiven({ ...given, [name]: value }),
    problem: fields[name] ?? null,
  });
  const above = props("above", "Only above the amount");
  return html`
    <form class="card" novalidate aria-label="New policy" onSubmit=${add}>
      <h2>New policy</h2>
      <div class="fields-row is-three">
        <${TextField} ...${props("name", "Name")} maxLength=${100} />
        <div class="is-double"><${SelectField} ...${props("effect", "What it does")} options=${OPTIONS} /></div>
        <${TextField} ...${props("category", "Only the category")} list="categories" maxLength=${60} />
        <${AmountField} ...${{ ...above, problem: above.problem ?? amount.problem }} currency=${given.currency} />
        <${CurrencyField} ...${props("currency", "In the currency")} />
      </div>
      ${problem && Object.keys(fields).length === 0 && html`<p class="form-problem" role="alert">${problem}</p>`}
      <p class="form-buttons">
        <button type="submit" class="button primary" disabled=${isBusy || !given.name.trim()}>Add the policy</button>
      </p>
    </form>
  `;
}
