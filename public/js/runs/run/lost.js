// @ts-check
/** What is known of an archived run whose record cannot be read: which file is not as it was written, what is safe to do. */

import { moment } from "../../format.js";
import { Icon } from "../../parts/icon.js";
import { html } from "../../words.js";

/** @import { RunDetail } from "../../api/types.js" */

/** Nothing where its record can be read. @param {{ run: Pick<RunDetail, "archiveLost" | "createdAt" | "updatedAt"> }} props */
export function Lost({ run: { archiveLost, createdAt, updatedAt } }) {
  if (!archiveLost) return null;
  return html`
    <section class="card lost" aria-labelledby="lost-title">
      <h2 id="lost-title"><${Icon} name="alert" />Its record cannot be read</h2>
      <p id="lost-says">${archiveLost.says}</p>
      <p class="quiet">Its steps and events lie in that file. Added ${moment(createdAt)}, last changed ${moment(updatedAt)}.</p>
    </section>
  `;
}
