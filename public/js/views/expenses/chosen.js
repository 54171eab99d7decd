// @ts-check
/** What can be done with the expenses that are chosen. */

import { html } from "htm/preact";

import { counted } from "../../format.js";
import { bulkActs } from "../../state/bulk-acts.js";

/** @param {{ chosen: ReadonlySet<string>, onNone: () => void, onDone: () => void }} props */
export function Chosen({ chosen, onNone, onDone }) {
  if (chosen.size === 0) return null;
  return html`
    <div class="chosen card" role="region" aria-label="Chosen expenses">
      <strong aria-live="polite">${counted(chosen.size, "expense")} chosen</strong>
      ${bulkActs.value.map(
        ({ label, begin }) => html`
          <button key=${label} type="button" class="button small" onClick=${() => begin([...chosen], onDone)}>${label}</button>
        `,
      )}
      <button type="button" class="button small" onClick=${onNone}>Choose none</button>
    </div>
  `;
}
