// @ts-check
/** Settings: merchants, renamed and merged; and the category that was learnt for each, which can be forgotten. */

import { useState } from "preact/hooks";

import { get, onceOnly, post } from "../../api/client.js";
import { counted } from "../../format.js";
import { notify } from "../../notifications/notices.js";
import { TextField } from "../../parts/fields.js";
import { Day } from "../../parts/values.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { ActResult } from "./acts.js";
import { useAsking } from "./asking.js";
import { html, t } from "../../words.js";

/** @import { ActSummary, Learned, Merchant } from "../../api/types.js" */

export default function Merchants() {
  const [words, setWords] = useState("");
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/merchants", { query: { q: words }, signal }),
    [words],
  );
  const [chosen, choose] = useState(/** @type {string[]} */ ([]));
  const [to, setTo] = useState("");
  const [act, setAct] = useState(/** @type {ActSummary | null} */ (null));
  const asking = useAsking();
  /** @param {string} name */
  const toggle = (name) => {
    const next = chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name];
    choose(next);
    setTo(next[0] ?? "");
  };
  const rename = (/** @type {Event} */ event) => {
    event.preventDefault();
    void asking.ask(async () => {
      setAct(await post("/api/merchants/rename", { names: chosen, to }, { headers: onceOnly() }));
      choose([]);
      again();
    });
  };
  const action = chosen.length > 1 ? t`Merge ${chosen.length} merchants` : t`Rename the merchant`;
  return html`
    <${View} title="Merchants">
      ${act && html`<${ActResult} act=${act} onDone=${again} />`}
      <${TextField} label="Find a merchant" value=${words} onValue=${setWords} maxLength=${100} />
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${chosen.length > 0 &&
      html`
        <form class="card fields-row" novalidate onSubmit=${rename}>
          <${TextField}
            label=${chosen.length > 1 ? t`All of them are called` : t`It is called`}
            value=${to}
            onValue=${setTo}
            maxLength=${200}
            problem=${asking.fields.to ?? asking.fields.names ?? asking.problem}
            hint="The next receipt of any of these spellings reads this name. Approved expenses stay."
          />
          <button type="submit" class="button primary" disabled=${asking.isBusy || !to.trim()}>${action}</button>
        </form>
      `}
      ${answer?.items.length === 0 &&
      html`<${Empty} title="There is no such merchant"><p>Merchants come with expenses.</p><//>`}
      ${answer &&
      answer.items.length > 0 &&
      html`
        <ul class="lines" aria-label="Merchants">
          ${answer.items.map(
            (each) => html`
              <${Merchant}
                key=${each.name}
                merchant=${each}
                isChosen=${chosen.includes(each.name)}
                onToggle=${() => toggle(each.name)}
                onForgotten=${again}
              />
            `,
          )}
        </ul>
      `}
    <//>
  `;
}

/** @param {{ merchant: Merchant, isChosen: boolean, onToggle: () => void, onForgotten: () => void }} props */
function Merchant({ merchant: { name, expenses, until, learned }, isChosen, onToggle, onForgotten }) {
  return html`
    <li class="line">
      <label class="line-text">
        ${may("sort") && html`<input type="checkbox" checked=${isChosen} onChange=${onToggle} />`}
        <span class="line-title">${name}</span>
        <span class="line-note">${counted(expenses, "expense")}</span>
        <span class="line-day">last <${Day} day=${until} /></span>
      </label>
      ${learned && html`<${LearnedCategory} merchant=${name} learned=${learned} onForgotten=${onForgotten} />`}
    </li>
  `;
}

/** @param {{ merchant: string, learned: Learned, onForgotten: () => void }} props */
function LearnedCategory({ merchant, learned: { category, times, of }, onForgotten }) {
  const { isBusy, problem, ask } = useAsking();
  const forget = () =>
    ask(async () => {
      await post("/api/proposals/dismiss", { merchant, category });
      notify(t`Forgotten: ${merchant} is not ${category} by itself any more.`, { kind: "success" });
      onForgotten();
    });
  return html`
    <span class="line-note learned">
      Next time: ${category} (${times} of ${of})
      ${may("edit") &&
      html`
        <button type="button" class="link-button" disabled=${isBusy} aria-label=${t`Forget ${category} for ${merchant}`} onClick=${forget}>
          Forget
        </button>
      `}
      ${problem && html`<span class="form-problem" role="alert">${problem}</span>`}
    </span>
  `;
}
