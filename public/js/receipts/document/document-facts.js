// @ts-check
/** What a document says of itself beside an expense's values, where it was read, and the way to put it right. */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, changeDocument } from "../../api.js";
import { DOCUMENT_FIELDS } from "../../labels.js";
import { sentenceOf } from "../../state/request.js";
import { may } from "../../state/session.js";
import { ValueField } from "../../runs/run/review/value-field.js";
import { understood, written } from "../../runs/run/review/value-form.js";
import { FieldItem } from "../values/field-item.js";
import { XmlLink } from "./picture.js";
import { html, t } from "../../words.js";

/** @import { DocumentFacts as Facts, EInvoice, Expense, FieldName, Run } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */

/**
 * Nothing where there is nothing to show.
 *
 * @param {object} props
 * @param {Run} props.run
 * @param {Attention} props.attention told which field is looked at
 * @param {boolean} [props.isInForm] its values stand in a form beside it already
 */
export function DocumentFacts({ run, attention, isInForm = false }) {
  const [changed, setChanged] = useState(/** @type {Expense | null} */ (null));
  const [isChanging, setChanging] = useState(false);
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => setChanged(null), [run.expense]);
  const expense = changed ?? run.expense ?? null;
  const { extraction, receipt } = run;
  const source = extraction?.eInvoice ?? null;
  const others = (extraction?.attachments ?? []).filter((each) => !each.isRead);
  const hasFiles = source !== null || others.length > 0;
  const shown = DOCUMENT_FIELDS.filter((field) => (expense ? expense[field] : extraction?.[field]?.value));
  if (isInForm && !hasFiles) return null;
  if (!expense && shown.length === 0 && !hasFiles) return null;
  const close = (/** @type {Expense | null} */ saved) => {
    if (saved) setChanged(saved);
    setChanging(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const title = html`<h2 id="document-title">Document</h2>`;
  const current = { ...run, expense };
  return html`
    <section class="card document-facts" aria-labelledby="document-title">
      ${isChanging && expense
        ? html`${title}<${ChangeForm} run=${current} expense=${expense} attention=${attention} onClose=${close} />`
        : html`
            <div class="document-head">
              ${title}
              ${expense &&
              may("edit") &&
              html`<button type="button" class="button small" ref=${button} onClick=${() => setChanging(true)}>Change…</button>`}
            </div>
            ${!isInForm &&
            html`
              <dl class="fields">
                ${shown.map((field) => html`<${FieldItem} key=${field} run=${current} field=${field} attention=${attention} />`)}
              </dl>
            `}
            ${source && receipt && html`<${Source} source=${source} receiptId=${receipt.id} />`}
            ${others.map((file) => html`<p class="document-source quiet" key=${file.name}>${t`Not read: ${file.name}.`} ${file.reason}</p>`)}
          `}
    </section>
  `;
}

/** Where the values come from. @param {{ source: EInvoice, receiptId: string }} props */
function Source({ source: { profile, fileName }, receiptId }) {
  const kind = profile ? t`E-invoice (${profile})` : t`E-invoice`;
  const from = fileName ? t`read from the XML in the PDF, ${fileName}` : t`read from its XML`;
  return html`<p class="document-source quiet">${kind}: ${from}. <${XmlLink} id=${receiptId} /></p>`;
}

/**
 * @param {object} props
 * @param {Run} props.run
 * @param {Expense} props.expense
 * @param {Attention} props.attention
 * @param {(saved: Expense | null) => void} props.onClose null where nothing was changed
 */
function ChangeForm({ run, expense, attention, onClose }) {
  const names = /** @type {(keyof Facts)[]} */ (DOCUMENT_FIELDS);
  const [texts, setTexts] = useState(
    () => /** @type {Record<string, string>} */ (Object.fromEntries(names.map((name) => [name, written(name, expense[name] ?? "")]))),
  );
  const [problems, setProblems] = useState(/** @type {{ field: string, message: string }[]} */ ([]));
  const [problem, setProblem] = useState("");
  const [isSaving, setSaving] = useState(false);
  const inputs = useRef(/** @type {Map<string, HTMLElement>} */ (new Map()));

  /** @param {{ field: string, message: string }[]} errors */
  function showErrors(errors) {
    setProblems(errors);
    setProblem(t`Not saved yet: correct the marked values.`);
    const first = names.find((name) => errors.some(({ field }) => field === name));
    if (first) inputs.current.get(first)?.focus();
  }

  async function save(/** @type {Event} */ event) {
    event.preventDefault();
    const read = names.map((name) => ({ name, ...understood(name, texts[name] ?? "", expense.currency) }));
    const errors = read.flatMap(({ name, problem: message }) => (message ? [{ field: name, message }] : []));
    if (errors.length > 0) {
      showErrors(errors);
      return;
    }
    setSaving(true);
    setProblems([]);
    try {
      onClose(await changeDocument(expense.id, Object.fromEntries(read.map(({ name, value }) => [name, value || null]))));
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors.length > 0) showErrors(error.fieldErrors);
      else setProblem(sentenceOf(error));
    } finally {
      setSaving(false);
    }
  }

  const field = (/** @type {FieldName} */ name) => html`
    <${ValueField}
      key=${name}
      name=${name}
      read=${run.extraction?.[name] ?? null}
      text=${texts[name]}
      currency=${expense.currency}
      onText=${(/** @type {string} */ text) => {
        setTexts({ ...texts, [name]: text });
        setProblems(problems.filter((each) => each.field !== name));
      }}
      problem=${problems.find((each) => each.field === name)?.message ?? ""}
      attention=${attention}
      inputRef=${(/** @type {HTMLElement | null} */ input) => void (input && inputs.current.set(name, input))}
    />
  `;
  return html`
    <form novalidate autocomplete="off" onSubmit=${save}>
      <div class="review-fields">${names.map(field)}</div>
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      <div class="document-actions">
        <button type="submit" class="button primary" disabled=${isSaving}>Save</button>
        <button type="button" class="button" onClick=${() => onClose(null)}>Keep it</button>
      </div>
    </form>
  `;
}
