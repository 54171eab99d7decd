// @ts-check
/** What the forms for expenses without a receipt have in common: the choice among them, the form, its button. */

import { useLayoutEffect, useRef } from "preact/hooks";

import { TextField } from "../parts/fields.js";
import { View } from "../parts/view.js";
import { place } from "../shell/router.js";
import { declareKeys } from "../shortcuts.js";
import { loadCategories } from "../expenses/categories.js";
import { today, writtenDay } from "../values/day.js";
import { html, t } from "../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Statement } from "./statement.js" */

const useKeys = declareKeys(t`Expense without a receipt`, { send: ["Mod+Enter", t`Send`] });

const KINDS = [
  { path: "/expenses/new", label: t`Any expense` },
  { path: "/expenses/new/mileage", label: t`Mileage` },
  { path: "/expenses/new/per-diem", label: t`Per diem` },
];

/**
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.says what it is for
 * @param {Statement<any>} props.statement
 * @param {() => void} props.onSend
 * @param {ComponentChildren} [props.aside] stands beside the fields
 * @param {ComponentChildren} props.children the fields
 */
export function Frame({ title, says, statement, onSend, aside, children }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const { refusals, problem, isBusy, clear } = statement;
  useKeys({ send: onSend });
  useLayoutEffect(() => {
    if (refusals > 0) /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector('[aria-invalid="true"]'))?.focus();
  }, [refusals]);
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onSend();
  };
  return html`
    <${View} title=${title}>
      <nav class="chips" aria-label="What there is no receipt for">
        ${KINDS.map(
          ({ path, label }) => html`
            <a key=${path} class="chip" href=${path} aria-current=${place.value.route?.path === path ? "true" : null}>${label}</a>
          `,
        )}
      </nav>
      <p class="quiet">${says}</p>
      <form class="statement" ref=${form} novalidate autocomplete="off" aria-label=${title} onSubmit=${onSubmit}>
        <div class="card statement-fields">${children}</div>
        ${aside}
        ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
        <p class="form-buttons">
          <button type="submit" class="button primary" disabled=${isBusy}>${isBusy ? t`Being recorded …` : t`Add the expense`}</button>
          <button type="button" class="button" disabled=${isBusy} onClick=${clear}>Start over</button>
        </p>
      </form>
    <//>
  `;
}

/**
 * What a field of a statement is given.
 *
 * @template {object} Values
 * @param {Statement<Values>} statement
 * @param {keyof Values & string} name
 * @param {string} label
 */
export function fieldOf({ values, type, problemOf }, name, label) {
  return {
    label,
    value: /** @type {any} */ (values)[name],
    onValue: (/** @type {any} */ value) => type(/** @type {any} */ ({ [name]: value })),
    problem: problemOf(name),
  };
}

/** @param {{ statement: Statement<any> }} props */
export function CategoryField({ statement }) {
  const attributes = { onFocus: loadCategories };
  return html`
    <${TextField} ...${fieldOf(statement, "category", t`Category`)} list="categories" maxLength=${60} attributes=${attributes} />
  `;
}

/** Today where the person is, as it is written there. */
export function todayAsWritten() {
  return writtenDay(today());
}
