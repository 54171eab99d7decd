// @ts-check
/** What the audit has of a run, asked for when it is looked at. */

import { useState } from "preact/hooks";

import { get } from "../../api/client.js";
import { moment } from "../../format.js";
import { Waiting } from "../../parts/view.js";
import { usePages } from "../../state/request.js";
import { html } from "../../words.js";

/** @import { Run } from "../../api.js" */

/** @param {{ run: Run }} props */
export function Audit({ run }) {
  const [isOpen, setOpen] = useState(false);
  const onToggle = (/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return html`
    <section class="card explanation" aria-labelledby="audit-title">
      <details onToggle=${onToggle}>
        <summary><h2 id="audit-title">Audit</h2></summary>
        ${isOpen && html`<${Events} id=${run.id} version=${run.updatedAt} />`}
      </details>
    </section>
  `;
}

/** @param {{ id: string, version: string }} props asked for again with each version of the run */
function Events({ id, version }) {
  const pages = usePages((cursor, signal) => get("/api/audit", { query: { stream: id, limit: 100, cursor }, signal }), [id, version]);
  const { items, hasMore, problem, isLoading, more, again } = pages;
  return html`
    <ol class="audit-events">
      ${items.map(
        ({ id: number, at, action, outcome, actor, detail }) => html`
          <li key=${number}>
            <time datetime=${at}>${moment(at)}</time>
            <span><strong>${action}</strong> ${outcome} <span class="quiet">by ${actor}</span></span>
            ${Object.keys(detail).length > 0 && html`<code>${JSON.stringify(detail)}</code>`}
          </li>
        `,
      )}
    </ol>
    <${Waiting} problem=${problem} isLoading=${isLoading && items.length === 0} onAgain=${again} />
    ${hasMore && html`<button type="button" class="button small" onClick=${more}>Load more</button>`}
  `;
}
