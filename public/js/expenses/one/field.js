// @ts-check
/** One field of an expense, with what it was read from. */

import { useEffect } from "preact/hooks";

import { UNKNOWN } from "../../format.js";
import { AmountField, CurrencyField, DayField, Field, SelectField, TextField } from "../../parts/fields.js";
import { choices, loadChoices, optionsOf } from "../../clients/choices.js";
import { loadCategories } from "../categories.js";
import { ProposedOffer } from "../proposed.js";
import { Quote } from "../../receipts/document/transcript.js";
import { readTyped, SPECS } from "./fields.js";
import { textOf } from "./words.js";
import { html, t } from "../../words.js";

/** @import { Extraction, FieldName } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */
/** @import { ExpenseDetail, ProposedCategory } from "../../api/types.js" */
/** @import { Editing } from "./draft.js" */
/** @import { Name } from "./fields.js" */

const SAID = t`Separated by commas.`;

/**
 * @param {object} props
 * @param {Name} props.name
 * @param {ExpenseDetail} props.expense
 * @param {Editing} props.editing
 * @param {Extraction | null} props.extraction
 * @param {Attention} props.attention told when it is looked at
 * @param {ProposedCategory | null} props.proposed a category that may be taken
 * @param {boolean} props.isLocked
 * @param {boolean} props.isOpen it is an input
 * @param {() => void} props.onOpen
 * @param {() => void} props.onClose drop what was typed
 */
export function ExpenseField({ name, expense, editing, extraction, attention, proposed, isLocked, isOpen, onOpen, onClose }) {
  const read = extraction?.[/** @type {FieldName} */ (name)] ?? null;
  const typed = editing.typed(name);
  const isAsRead = read !== null && readTyped(name, typed, String(editing.typed("currency"))).value === read.value;
  const evidence = isOpen && read?.evidence && isAsRead ? read.evidence : null;
  const look = ["expense-field", editing.changed.includes(name) && "is-changed"].filter(Boolean).join(" ");
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !isOpen) return;
    event.preventDefault();
    onClose();
  };
  return html`
    <div class=${look} data-field=${name} onKeyDown=${onKeyDown} ...${read ? attention.watch(/** @type {FieldName} */ (name)) : {}}>
      ${isOpen ? html`<${Input} name=${name} expense=${expense} editing=${editing} />` : html`<${Text} ...${{ name, expense, editing, isLocked, onOpen }} />`}
      ${proposed &&
      !String(typed).trim() &&
      html`<${ProposedOffer} proposed=${proposed} id=${`expense-${name}-proposed`} onTake=${() => editing.type(name, proposed.category)} />`}
      ${evidence &&
      html`<p class="input-source">${evidence.path ? t`From the XML` : html`From <${Quote} evidence=${evidence} />`}</p>`}
    </div>
  `;
}

/** A value to read, which a press makes an input. @param {{ name: Name, expense: ExpenseDetail, editing: Editing, isLocked: boolean, onOpen: () => void }} props */
function Text({ name, expense, editing, isLocked, onOpen }) {
  const { label, kind } = SPECS[name];
  const typed = editing.typed(name);
  const text = kind === "client" ? nameOf(String(typed), expense) : textOf(name, typed, String(editing.typed("currency")));
  if (isLocked) {
    return html`
      <span class="expense-label">${label}</span>
      <p class="expense-value is-locked">${text || UNKNOWN}</p>
    `;
  }
  return html`
    <span class="expense-label" aria-hidden="true">${label}</span>
    <button type="button" class=${text ? "expense-value" : "expense-value is-empty"} aria-label=${text ? t`${label}: ${text}. Edit` : t`${label}: Add`} onClick=${onOpen}>
      ${text || t`Add`}
    </button>
  `;
}

/** The client or project with this id. @param {string} id @param {ExpenseDetail} expense */
function nameOf(id, { clientId, client, projectId, project }) {
  if (id && id === clientId) return client ?? "";
  if (id && id === projectId) return project ?? "";
  const all = (choices.value ?? []).flatMap((each) => [each, ...each.projects]);
  return all.find((each) => each.id === id)?.name ?? "";
}

/** @param {{ name: Name, expense: ExpenseDetail, editing: Editing }} props */
function Input({ name, expense, editing }) {
  const { label, kind, longest, options } = SPECS[name];
  const value = String(editing.typed(name));
  const onValue = (/** @type {string} */ text) => editing.type(name, text);
  const props = { label, value, onValue, problem: editing.problemOf(name), maxLength: longest };
  const currency = String(editing.typed("currency"));
  if (kind === "amount") return html`<${AmountField} ...${props} currency=${currency} />`;
  if (kind === "day") return html`<${DayField} ...${props} />`;
  if (kind === "currency") return html`<${CurrencyField} ...${props} />`;
  if (kind === "choice") return html`<${SelectField} ...${props} options=${options} />`;
  if (kind === "client") return html`<${ClientField} ...${{ name, expense, editing }} />`;
  if (kind === "tags") return html`<${TextField} ...${props} hint=${SAID} />`;
  if (kind === "category") {
    return html`<${TextField} ...${props} list="categories" attributes=${{ onFocus: loadCategories }} />`;
  }
  if (kind === "yes") {
    const onChange = (/** @type {Event} */ event) =>
      onValue(/** @type {HTMLInputElement} */ (event.currentTarget).checked ? "yes" : "");
    return html`<label class="check"><input type="checkbox" checked=${value === "yes"} onChange=${onChange} /> ${label}</label>`;
  }
  if (kind === "note") {
    const onInput = (/** @type {Event} */ event) => onValue(/** @type {HTMLTextAreaElement} */ (event.target).value);
    return html`
      <${Field} ...${props}>
        ${(/** @type {Record<string, unknown>} */ given) => html`
          <textarea rows="3" maxlength=${longest} value=${value} onInput=${onInput} ...${given}></textarea>
        `}
      <//>
    `;
  }
  return html`<${TextField} ...${props} />`;
}

/** A client, or a project of the client that is selected. @param {{ name: Name, expense: ExpenseDetail, editing: Editing }} props */
function ClientField({ name, expense, editing }) {
  useEffect(() => void loadChoices(), []);
  const value = String(editing.typed(name));
  const clientId = String(editing.typed("clientId"));
  const clients = choices.value ?? [];
  const onValue = (/** @type {string} */ id) => {
    editing.type(name, id);
    // A project is one client's.
    if (name === "clientId") editing.type("projectId", id === (expense.clientId ?? "") ? (expense.projectId ?? "") : "");
  };
  const props = { label: SPECS[name].label, value, onValue, problem: editing.problemOf(name) };
  if (name === "clientId") {
    const options = optionsOf(clients, t`No client`, { id: expense.clientId, name: expense.client });
    return html`<${SelectField} ...${props} options=${options} />`;
  }
  const kept = clientId === (expense.clientId ?? "") ? { id: expense.projectId, name: expense.project } : { id: null, name: null };
  const options = optionsOf(clients.find(({ id }) => id === clientId)?.projects ?? [], t`No project`, kept);
  return html`<${SelectField} ...${props} options=${options} disabled=${!clientId} />`;
}
