// @ts-check
/** The menu that columns of the table are chosen from. */

import { Menu } from "../../parts/menu.js";
import { chosenColumns, COLUMNS, showColumn } from "./columns.js";
import { html, t } from "../../words.js";

export function ColumnsMenu() {
  const chosen = chosenColumns();
  return html`
    <span class="only-desk">
      <${Menu} label="Columns" text=${t`Columns`}>
        ${() =>
          COLUMNS.filter(({ isAlways }) => !isAlways).map(
            ({ name, label }) => html`
              <label key=${name} class="check">
                <input
                  type="checkbox"
                  checked=${chosen.includes(name)}
                  onChange=${(/** @type {Event} */ event) => showColumn(name, /** @type {HTMLInputElement} */ (event.target).checked)}
                />
                ${label}
              </label>
            `,
          )}
      <//>
    </span>
  `;
}
