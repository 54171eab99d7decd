// @ts-check
/** Forms of declared fields: what is filled in is read and sent once, and what is wrong stands beside its field. */

import { useState } from "preact/hooks";

import { refusalOf } from "../state/refusal.js";
import { showIfOver } from "../state/report.js";
import { fieldText, readFields } from "../values/schema.js";
import { Dialog } from "./dialog.js";
import { SchemaFields } from "./schema-fields.js";
import { html } from "../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { SchemaField } from "../values/schema.js" */

/** @typedef {SchemaField[] | ((texts: Record<string, string>) => SchemaField[])} Declared fields; or those for what is filled in */
/** @typedef {Record<string, any>} Body what is filled in, by the fields' names */

/**
 * @param {Declared} declared
 * @param {(body: Body) => Promise<void>} send
 * @param {Record<string, unknown>} [values] what stands in the fields at first, as the API has it
 */
export function useForm(declared, send, values = {}) {
  const [filled, onTexts] = useState(/** @type {Record<string, string>} */ ({}));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const fields = typeof declared === "function" ? declared(filled) : declared;
  const texts = Object.fromEntries(fields.map((each) => [each.name, filled[each.name] ?? fieldText(each, values[each.name] ?? each.initial)]));

  async function submit() {
    const { params, problems: unread } = readFields(fields, texts);
    setProblems(unread);
    setProblem(null);
    if (Object.keys(unread).length > 0) return;
    setBusy(true);
    try {
      await send(params);
      onTexts({});
    } catch (error) {
      if (showIfOver(error)) return;
      const refused = refusalOf(error, fields.map(({ name }) => name));
      setProblems(refused.problems);
      setProblem(refused.problem);
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, problem, submit, shown: { fields, texts: { ...filled, ...texts }, problems, onTexts } };
}

/**
 * A dialogue that closes once it is sent. Without fields it asks only.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.action what the button does
 * @param {boolean} [props.isDanger]
 * @param {Declared} [props.fields]
 * @param {Record<string, unknown>} [props.values]
 * @param {(body: Body) => Promise<void>} props.onSend
 * @param {() => void} props.onClose
 * @param {ComponentChildren} [props.children] what stands above the fields
 */
export function FormDialog({ title, action, isDanger = false, fields = [], values, onSend, onClose, children }) {
  const { isBusy, problem, submit, shown } = useForm(fields, (body) => onSend(body).then(onClose), values);
  return html`
    <${Dialog} ...${{ title, action, isDanger, isBusy, problem, onClose, onAction: submit }}>
      ${children}
      <${SchemaFields} ...${shown} />
    <//>
  `;
}

/**
 * A form in the page, which is empty again once it is sent.
 *
 * @param {object} props
 * @param {string} props.action what the button does
 * @param {Declared} props.fields
 * @param {(body: Body) => Promise<void>} props.onSend
 * @param {string} [props.look] its class
 */
export function Form({ action, fields, onSend, look = "fields-row" }) {
  const { isBusy, problem, submit, shown } = useForm(fields, onSend);
  return html`
    <form class=${look} novalidate onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), isBusy || submit())}>
      <${SchemaFields} ...${shown} />
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      <button type="submit" class="button" disabled=${isBusy}>${action}</button>
    </form>
  `;
}
