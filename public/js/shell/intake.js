// @ts-check
/** What files come in by, wherever the page is: the browser's dialogues, and what is dropped on it. */

import { html } from "htm/preact";

import { Icon } from "../parts/icon.js";
import { CHOOSE_ID, isDropping, PHOTO_ID, takeChosen } from "../state/intake.js";

const TYPES = "image/jpeg,image/png,image/webp,application/pdf,application/xml,text/xml,.xml";

export function Intake() {
  return html`
    <input
      class="visually-hidden"
      type="file"
      id=${CHOOSE_ID}
      accept=${TYPES}
      multiple
      tabindex="-1"
      aria-label="Receipts to add"
      onChange=${takeChosen}
    />
    <input
      class="visually-hidden"
      type="file"
      id=${PHOTO_ID}
      accept="image/*"
      capture="environment"
      tabindex="-1"
      aria-label="Photo of a receipt"
      onChange=${takeChosen}
    />
    ${isDropping.value &&
    html`
      <div class="drop-overlay" id="drop-overlay">
        <p><${Icon} name="upload" />Drop to add</p>
      </div>
    `}
  `;
}
