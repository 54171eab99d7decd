// @ts-check
/** An expense to read: its values as text, which become inputs one by one, beside its document. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { getRun } from "../../api.js";
import { shortRate, WhyMissing } from "../../accounts/base-currency.js";
import { date } from "../../format.js";
import { makeAttention } from "../../parts/attention.js";
import { Money } from "../../parts/values.js";
import { Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { Picture } from "../../receipts/document/picture.js";
import { Transcript } from "../../receipts/document/transcript.js";
import { GROUPS, SORTED } from "../declared.js";
import { useEditing } from "./draft.js";
import { ExpenseField } from "./field.js";
import { useExpenseKeys } from "./keys.js";
import { Lines, ReadLines, Split } from "./lines.js";
import { isSortable, Locked } from "./locked.js";
import { Progress } from "./progress.js";
import { Conflict, SaveBar } from "./saving.js";
import { Tabs } from "./tabs.js";
import { textOf } from "./words.js";
import { html, t } from "../../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { ExpenseDetail, ExpenseProgress } from "../../api/types.js" */
/** @import { Editing } from "./draft.js" */
/** @import { Name } from "./fields.js" */

/** @typedef {(name: Name) => ComponentChildren} DrawField */

/** How it was paid and the client stand first. */
const CODING = [...new Set([...(/** @type {Name[]} */ (["paymentMethod", "paidBy", "clientId"])), ...GROUPS.coding])];

/**
 * @param {object} props
 * @param {ExpenseDetail} props.expense
 * @param {ExpenseProgress | null} props.progress
 * @param {(fresh: ExpenseDetail) => void} props.onSaved
 * @param {(current: ExpenseDetail) => void} props.onOutrun
 * @param {ComponentChildren} props.decision what is decided on it, above its values
 * @param {() => ComponentChildren} props.history
 * @param {ComponentChildren} props.children what stands below the values
 */
export function Editor({ expense, progress, onSaved, onOutrun, decision, history, children }) {
  const [attention] = useState(makeAttention);
  const [opened, setOpened] = useState(/** @type {ReadonlySet<Name>} */ (new Set()));
  const last = useRef(/** @type {Name | null} */ (null));
  const main = useRef(/** @type {HTMLDivElement | null} */ (null));
  const run = useRequest(async (signal) => (await getRun(expense.runId, { signal })).run, [expense.runId]);
  const editing = useEditing(expense, saved, onOutrun);
  const isLocked = expense.status === "approved" || expense.status === "voided" || !may("edit");
  const isLockedFor = (/** @type {Name} */ name) => isLocked && !(isSortable(expense) && SORTED.includes(name));
  useExpenseKeys({ save: () => void editing.save(), edit: () => isLocked || open("merchant") });

  /** @param {ExpenseDetail} fresh */
  function saved(fresh) {
    setOpened(new Set());
    onSaved(fresh);
  }

  const inputOf = (/** @type {string} */ name) =>
    /** @type {HTMLElement | null | undefined} */ (main.current?.querySelector(`[data-field="${name}"] :is(input, select, textarea, button)`));

  /** @param {Name} name */
  function open(name) {
    last.current = name;
    setOpened((before) => new Set([...before, name]));
  }

  /** @param {Name} name */
  function close(name) {
    editing.takeTheirs(name);
    setOpened((before) => new Set([...before].filter((each) => each !== name)));
  }

  // What was opened last has the focus; once it is text again, the text has it.
  useLayoutEffect(() => {
    const name = last.current;
    if (name === null) return;
    if (opened.has(name)) inputOf(name)?.focus();
    else if (document.activeElement === document.body) inputOf(name)?.focus({ preventScroll: true });
  }, [opened]);

  function save() {
    if (editing.changed.length === 0) setOpened(new Set());
    else void editing.save();
  }
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    save();
  };
  const onEnter = (/** @type {KeyboardEvent} */ event) => {
    const isInput = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key !== "Enter" || !isInput || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    save();
  };
  useLayoutEffect(() => {
    if (editing.refusals === 0) return;
    const wrong = /** @type {HTMLElement | null | undefined} */ (main.current?.querySelector('[aria-invalid="true"], .expense-groups .form-problem'));
    wrong?.focus();
    wrong?.scrollIntoView({ block: "nearest" });
  }, [editing.refusals]);

  const extraction = run.answer?.extraction ?? null;
  // While it is saved, it is shown as it will be.
  const isOpen = (/** @type {Name} */ name) => !isLockedFor(name) && !editing.isBusy && (opened.has(name) || editing.changed.includes(name));
  const field = (/** @type {Name} */ name) => {
    const proposed = name === "category" && !isLocked ? expense.proposedCategory : null;
    const acts = { onOpen: () => open(name), onClose: () => close(name) };
    return html`<${ExpenseField} key=${name} ...${{ name, expense, editing, extraction, attention, proposed, isLocked: isLockedFor(name), isOpen: isOpen(name), ...acts }} />`;
  };
  const lines = (/** @type {"items" | "taxLines"} */ name) =>
    isOpen(name) ? html`<${Lines} name=${name} editing=${editing} />` : html`<${ReadLines} name=${name} editing=${editing} onOpen=${isLocked ? null : () => open(name)} />`;
  const isAny = (/** @type {Name[]} */ names) => names.some((name) => editing.changed.includes(name) || editing.problemOf(name));
  const currency = String(editing.typed("currency"));
  return html`
    <div class="expense-layout">
      <div class="expense-paper">
        <${Waiting} problem=${run.problem} isLoading=${run.isLoading && !run.answer} onAgain=${run.again} />
        ${run.answer?.receipt && html`<${Picture} receipt=${run.answer.receipt} run=${run.answer} attention=${attention} />`}
      </div>
      <div class="expense-main" ref=${main}>
        <${Conflict} expense=${expense} editing=${editing} />
        <section class="card" aria-label=${t`Summary`} onKeyDown=${onEnter}>
          <div class="expense-figure">
            ${field("total")} ${(isOpen("total") || isOpen("currency")) && field("currency")}
            <p class="quiet">${[date(expense.date), expense.category, expense.person?.name].filter(Boolean).join(" · ")}</p>
          </div>
          <${Locked} expense=${expense} progress=${progress} />
        </section>
        ${decision}
        ${progress && html`<${Progress} progress=${progress} isClaimable=${expense.paidBy === "employee" || Boolean(expense.billable && expense.client)} />`}
        <section class="card expense-groups" aria-labelledby="values-title" onKeyDown=${onEnter}>
          <h2 id="values-title" class="visually-hidden">Expense</h2>
          <div class="expense-fields">${GROUPS.main.map(field)}</div>
          <${Group} title=${t`Items`} says=${countOf(editing, "items")} isOpen=${isAny(["items"])}>${lines("items")}<//>
          <${Group} title=${t`Tax`} says=${textOf("tax", editing.typed("tax"), currency)} isOpen=${isAny(["tax", "taxLines"])}>
            <div class="expense-fields">${field("tax")}</div>
            ${lines("taxLines")}
          <//>
          <${Conversion} expense=${expense} />
          <${Group} title=${t`Coding`} says=${[sumUp(editing, ["paymentMethod", "paidBy"]), expense.client, expense.project].filter(Boolean).join(" · ")} isOpen=${isAny([...CODING, "parts"])}>
            <div class="expense-fields">${CODING.map(field)}</div>
            <section aria-labelledby="split-title">
              <h3 id="split-title">Split</h3>
              ${isLocked ? html`<${ReadLines} name="parts" editing=${editing} onOpen=${null} />` : html`<${Split} editing=${editing} />`}
            </section>
          <//>
          <${Group} title=${t`Details`} says=${sumUp(editing, ["documentKind", "receiptNumber"])} isOpen=${isAny(GROUPS.details)}>
            <div class="expense-fields">${GROUPS.details.map(field)}</div>
          <//>
        </section>
        <form novalidate autocomplete="off" onSubmit=${onSubmit}><${SaveBar} editing=${editing} /></form>
        ${children}
        <${Tabs}
          label=${t`History and text`}
          tabs=${[
            { title: t`History`, body: history },
            {
              title: t`Text`,
              body: () =>
                run.answer && html`<${Transcript} run=${run.answer} attention=${attention} onPick=${(/** @type {string} */ name) => inputOf(name)?.focus()} />`,
            },
          ]}
        />
      </div>
    </div>
  `;
}

/** Values that are folded away. @param {{ title: string, says: string, isOpen: boolean, children: ComponentChildren }} props `isOpen`: they may not be folded */
function Group({ title, says, isOpen, children }) {
  const [isShown, setShown] = useState(false);
  return html`
    <details class="expense-group" open=${isShown || isOpen} onToggle=${(/** @type {Event} */ event) => setShown(/** @type {HTMLDetailsElement} */ (event.currentTarget).open)}>
      <summary><span>${title}</span> <span class="quiet">${says}</span></summary>
      <div class="expense-group-body">${children}</div>
    </details>
  `;
}

/** @param {Editing} editing @param {"items" | "taxLines"} name */
function countOf(editing, name) {
  return String(editing.typed(name).length || "");
}

/** @param {Editing} editing @param {Name[]} names */
function sumUp(editing, names) {
  return names.map((name) => textOf(name, editing.typed(name), "")).filter(Boolean).join(" · ");
}

/** @param {{ expense: ExpenseDetail }} props */
function Conversion({ expense: { base, baseMissing, currency, date: day } }) {
  if (!baseMissing && (!base || base.currency === currency)) return null;
  const says = base ? textOf("total", base.total, base.currency) : "";
  return html`
    <${Group} title=${t`Conversion`} says=${says} isOpen=${baseMissing !== null}>
      ${baseMissing
        ? html`<p class="quiet"><${WhyMissing} missing=${baseMissing} ...${{ currency, day }} /></p>`
        : base &&
          html`
            <p title=${`${base.rate}, ${base.source}`}>
              In the base currency: <${Money} amount=${base.total} currency=${base.currency} /> at ${shortRate.format(Number(base.rate))} of
              ${" "}${date(base.rateDate)}
            </p>
          `}
    <//>
  `;
}
