// @ts-check
/** The form of an expense, with its document and the text that was read of it. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { getRun } from "../../api.js";
import { shortRate, WhyMissing } from "../../accounts/base-currency.js";
import { date } from "../../format.js";
import { makeAttention } from "../../parts/attention.js";
import { Money } from "../../parts/values.js";
import { Waiting } from "../../parts/view.js";
import { declareKeys } from "../../shortcuts.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { Picture } from "../../receipts/document/picture.js";
import { Transcript } from "../../receipts/document/transcript.js";
import { useEditing } from "./draft.js";
import { ExpenseField } from "./field.js";
import { Lines, Split } from "./lines.js";
import { Conflict, SaveBar } from "./saving.js";
import { html, t } from "../../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { ExpenseDetail } from "../../api/types.js" */
/** @import { Name } from "./fields.js" */

const useKeys = declareKeys(t`On an expense`, { save: ["Mod+Enter", t`Save`] });

/** @type {[id: string, title: string, names: Name[]][]} */
const GROUPS = [
  ["values", t`Expense`, ["merchant", "date", "total", "currency", "tax", "category", "note", "tags"]],
  ["payment", t`Payment and purpose`, ["paymentMethod", "paidBy", "project", "client", "billable"]],
  ["document", t`Document`, ["registeredName", "documentKind", "receiptNumber", "dueDate", "amountDue", "buyer"]],
];

/**
 * @param {object} props
 * @param {ExpenseDetail} props.expense
 * @param {(fresh: ExpenseDetail) => void} props.onSaved
 * @param {(current: ExpenseDetail) => void} props.onOutrun
 * @param {ComponentChildren} props.children what stands below the form
 */
export function Editor({ expense, onSaved, onOutrun, children }) {
  const [attention] = useState(makeAttention);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const run = useRequest(async (signal) => (await getRun(expense.runId, { signal })).run, [expense.runId]);
  const editing = useEditing(expense, saved, onOutrun);
  useKeys({ save: () => void editing.save() });

  /** @param {ExpenseDetail} fresh */
  function saved(fresh) {
    // The button that had the focus goes.
    if (document.activeElement?.closest(".save-bar")) title.current?.focus({ preventScroll: true });
    onSaved(fresh);
  }

  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void editing.save();
  };
  const focus = (/** @type {string} */ name) =>
    /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector(`[data-field="${name}"] :is(input, select, textarea)`))?.focus();
  const firstWrong = () =>
    /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector('[aria-invalid="true"], .expense-groups .form-problem'));
  useLayoutEffect(() => {
    if (editing.refusals === 0) return;
    const wrong = firstWrong();
    wrong?.focus();
    wrong?.scrollIntoView({ block: "nearest" });
  }, [editing.refusals]);
  const isLocked = expense.status === "approved" || expense.status === "voided" || !may("edit");
  const extraction = run.answer?.extraction ?? null;
  const field = (/** @type {Name} */ name) => {
    const proposed = name === "category" && !isLocked ? expense.proposedCategory : null;
    return html`<${ExpenseField} key=${name} ...${{ name, editing, extraction, attention, proposed }} />`;
  };
  return html`
    <div class="expense-layout">
      <div class="expense-paper">
        <${Waiting} problem=${run.problem} isLoading=${run.isLoading && !run.answer} onAgain=${run.again} />
        ${run.answer?.receipt && html`<${Picture} receipt=${run.answer.receipt} run=${run.answer} attention=${attention} />`}
      </div>
      <div class="expense-main">
        <form ref=${form} novalidate autocomplete="off" onSubmit=${onSubmit}>
          <${Conflict} expense=${expense} editing=${editing} />
          <fieldset class="expense-groups" disabled=${isLocked}>
            <legend class="visually-hidden">Values of the expense</legend>
            ${GROUPS.map(
              ([id, name, names], index) => html`
                <section key=${id} class="card" aria-labelledby=${`${id}-title`}>
                  <h2 id=${`${id}-title`} tabindex="-1" ref=${index === 0 ? title : null}>${name}</h2>
                  <div class="expense-fields">${names.map(field)}</div>
                  ${id === "values" && html`<${InBase} expense=${expense} />`}
                </section>
              `,
            )}
            <section class="card" aria-labelledby="split-title">
              <h2 id="split-title">Split</h2>
              <${Split} editing=${editing} />
            </section>
            <section class="card" aria-labelledby="taxes-title">
              <h2 id="taxes-title">Tax lines</h2>
              <${Lines} name="taxLines" one="Tax line" editing=${editing} />
            </section>
            <section class="card" aria-labelledby="items-title">
              <h2 id="items-title">Items</h2>
              <${Lines} name="items" one="Item" editing=${editing} />
            </section>
          </fieldset>
          <${SaveBar} editing=${editing} />
        </form>
        ${children}
        ${run.answer && html`<${Transcript} run=${run.answer} attention=${attention} onPick=${focus} />`}
      </div>
    </div>
  `;
}

/** @param {{ expense: ExpenseDetail }} props */
function InBase({ expense: { base, baseMissing, currency, date: day } }) {
  if (baseMissing) return html`<p class="quiet"><${WhyMissing} missing=${baseMissing} ...${{ currency, day }} /></p>`;
  if (!base || base.currency === currency) return null;
  return html`
    <p class="quiet" title=${t`${base.rate}, read from ${base.source}`}>
      In the base currency: <${Money} amount=${base.total} currency=${base.currency} /> at ${shortRate.format(Number(base.rate))} of
      ${" "}${date(base.rateDate)}
    </p>
  `;
}
