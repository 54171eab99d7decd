// @ts-check
/** Settings: the account's categories and rules, and what was done at once. */

import { useState } from "preact/hooks";

import { get } from "../../api/client.js";
import { counted } from "../../format.js";
import { View, Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { Acts, ActResult } from "./acts.js";
import { CategoryDialog, NewCategory } from "./category-dialogs.js";
import { Rules } from "./rules.js";
import { Starters } from "./starters.js";
import { html, t } from "../../words.js";

/** @import { ActSummary, Category } from "../../api/types.js" */

export default function Categories() {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/categories", { signal }), []);
  const [chosen, choose] = useState(/** @type {Category | null} */ (null));
  const [act, setAct] = useState(/** @type {ActSummary | null} */ (null));
  const [times, setTimes] = useState(0);
  const mayEdit = may("sort");
  const renew = () => {
    again();
    setTimes((before) => before + 1);
  };
  return html`
    <${View} title="Categories and rules">
      ${act && html`<${ActResult} act=${act} onDone=${renew} />`}
      <section class="card" aria-labelledby="categories-title">
        <h2 id="categories-title">Categories</h2>
        <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
        ${answer && answer.categories.length === 0 && html`<p class="quiet">There is none yet.${mayEdit && t` Begin with a set:`}</p>`}
        ${mayEdit && answer && answer.categories.length < 5 && html`<${Starters} onDone=${renew} />`}
        ${answer &&
        answer.categories.length > 0 &&
        html`
          <ul class="lines">
            ${answer.categories.map(
              (each) => html`<${Category} key=${each.id} category=${each} onEdit=${() => choose(each)} />`,
            )}
          </ul>
        `}
        ${mayEdit && html`<${NewCategory} onDone=${renew} />`}
      </section>
      <${Rules} onAct=${setAct} onDone=${renew} />
      <${Acts} key=${times} onDone=${again} />
      ${chosen &&
      html`
        <${CategoryDialog}
          category=${chosen}
          others=${answer?.categories.filter(({ id, state }) => id !== chosen.id && state === "active") ?? []}
          onClose=${() => choose(null)}
          onAct=${setAct}
          onDone=${renew}
        />
      `}
    <//>
  `;
}

/** @param {{ category: Category, onEdit: () => void }} props */
function Category({ category: { name, ledgerCode, taxCode, accountIsAutomatic, state, used }, onEdit }) {
  const codes = [ledgerCode && t`account ${ledgerCode}`, taxCode && t`tax ${taxCode}`, accountIsAutomatic && t`automatic`].filter(Boolean).join(", ");
  const uses = counted(used, "expense");
  const note = [uses, codes, state === "archived" && t`archived`].filter(Boolean).join(" · ");
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">${note}</span>
        ${may("sort") &&
        html`
          <span class="line-amount">
            <button type="button" class="button small" aria-label=${t`Edit ${name}`} onClick=${onEdit}>Edit…</button>
          </span>
        `}
      </div>
    </li>
  `;
}
