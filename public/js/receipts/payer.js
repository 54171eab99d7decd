// @ts-check
/** Who paid a receipt: asked where it is added, and remembered as the person said it last. */

import { computed } from "@preact/signals";
import { useId } from "preact/hooks";

import { rememberSession } from "./kept-files.js";
import { may, session } from "../state/session.js";
import { html, t } from "../words.js";

/** @typedef {"company" | "employee"} Payer */

/** Who paid what is added next, as the person said last; null where they never have: the company then. */
export const payer = computed(() => /** @type {Payer | null} */ (session.value?.user.paidBy ?? null));

/** It holds for what is added next. The server remembers it with the next receipt. @param {Payer} said */
export function sayPayer(said) {
  const now = session.value;
  if (!now) return;
  session.value = { ...now, user: { ...now.user, paidBy: said } };
  void rememberSession(session.value); // for what other apps share
}

/**
 * @param {object} props
 * @param {string} props.question
 * @param {string} props.value
 * @param {(value: Payer) => void} props.onChange
 * @param {boolean} [props.isOwn] the person who is asked paid it, or the company
 * @param {boolean} [props.isDisabled]
 */
export function WhoPaid({ question, value, onChange, isOwn = true, isDisabled = false }) {
  const name = useId();
  const option = (/** @type {Payer} */ each, /** @type {string} */ label) => html`
    <label>
      <input type="radio" name=${name} value=${each} checked=${value === each} disabled=${isDisabled} onChange=${() => onChange(each)} />
      <span>${label}</span>
    </label>
  `;
  return html`
    <fieldset class="who-paid">
      <legend>${question}</legend>
      <div class="segments">
        ${option("company", t`The company`)} ${option("employee", isOwn ? t`I did` : t`An employee: to be paid back`)}
      </div>
    </fieldset>
  `;
}

/** Asked before receipts are added. */
export function WhoPaysNext() {
  if (!may("submit")) return null;
  return html`<${WhoPaid} question=${t`Who paid?`} value=${payer.value ?? "company"} onChange=${sayPayer} />`;
}
