// @ts-check
/** Text that is there to be copied: an address, a secret. */

import { notify } from "../notifications/notices.js";
import { TextField } from "./fields.js";
import { html, t } from "../words.js";

/** @param {{ label: string, value: string }} props */
export function CopyField({ label, value }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      notify(t`The ${label.toLowerCase()} is copied.`, { kind: "success" });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      notify(t`The browser does not let the page copy. Select it, and copy it.`, { kind: "problem" });
    }
  }
  const select = (/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select();
  const attributes = { readOnly: true, onFocus: select };
  return html`
    <div class="copied">
      <${TextField} label=${label} value=${value} onValue=${() => {}} attributes=${attributes} />
      <button type="button" class="button" onClick=${copy}>Copy the ${label.toLowerCase()}</button>
    </div>
  `;
}
