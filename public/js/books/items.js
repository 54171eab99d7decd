// @ts-check
/** Where each item of a connection is, why something is not there, and trying it again. */

import { useEffect } from "preact/hooks";

import { get } from "../api/client.js";
import { SelectField } from "../parts/fields.js";
import { PagedList } from "../parts/list.js";
import { report } from "../state/report.js";
import { usePages } from "../state/request.js";
import { may } from "../state/session.js";
import { CHOICES, choiceOf } from "./addresses.js";
import { tryAgain } from "./lacking.js";
import { hrefOf, nextFor, reasonOf, STATES, titleOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { BooksConnection, BooksItem } from "../api/types.js" */
/** @import { Asked } from "./addresses.js" */

const PAGE = 30;
/** @type {Record<string, string>} */
const LOOKS = { written: "complete", credited: "complete", set_aside: "needs_review", conflict: "failed", new: "processing", waiting: "processing" };

/**
 * @param {object} props
 * @param {BooksConnection} props.connection
 * @param {Asked} props.asked
 * @param {number} props.times changes where items may have changed
 * @param {() => void} props.again
 * @param {(choice: string) => void} props.onChoice
 */
export function Items({ connection, asked, times, again, onChoice }) {
  const { state, code, due } = asked;
  const query = { connection: connection.id, state: /** @type {BooksItem["state"]} */ (state) || undefined, code, due: due ? true : undefined, limit: PAGE };
  const pages = usePages((cursor, signal) => get("/api/books/items", { query: { ...query, cursor }, signal }), [connection.id, state, code, due]);
  useEffect(() => {
    if (times > 0) pages.again();
  }, [times]);
  const choice = choiceOf(asked);
  const options = CHOICES.some(({ value }) => value === choice) ? CHOICES : [...CHOICES, { value: choice, label: reasonOf({ state, code }) }];
  return html`
    <section aria-labelledby="books-items">
      <div class="section-head">
        <h2 id="books-items">Items</h2>
        <div class="books-choice"><${SelectField} label="Show" value=${choice} options=${options} onValue=${onChoice} /></div>
      </div>
      <${PagedList}
        pages=${pages}
        label="Items"
        row=${(/** @type {BooksItem} */ item) => html`<${Item} key=${item.id} ...${{ item, connection, again }} />`}
        empty=${html`<p class="quiet">${choice ? t`There is none.` : t`Nothing is to be written yet.`}</p>`}
      />
    </section>
  `;
}

/** @param {{ item: BooksItem, connection: BooksConnection, again: () => void }} props */
function Item({ item, connection, again }) {
  const { id, kind, state, says, title, externalUrl, isDue } = item;
  const name = titleOf(title, kind);
  const href = hrefOf(item);
  const act = state === "written" || state === "credited" ? null : nextFor(item);
  const canBeTried = may("export") && connection.status === "connected" && !isDue && (act === "retry" || state === "left_out");
  const label = isDue && state === "set_aside" ? t`Tried again next` : STATES[state];
  return html`
    <li class="line books-item">
      <div class="line-text">
        <span class="line-title">${href ? html`<a href=${href}>${name}</a>` : name}</span>
        <span class="line-note">${says}</span>
        <span class="line-actions">
          <span class="pill" data-status=${isDue && state === "set_aside" ? "processing" : LOOKS[state]}>${label}</span>
          ${externalUrl && html`<a class="button small" href=${externalUrl} target="_blank" rel="noreferrer" aria-label=${t`Open there: ${name}`}>Open there</a>`}
          ${act === "map" && html`<a class="button small" href=${`/books/${connection.id}/mapping`} aria-label=${t`Map what ${name} needs`}>Map</a>`}
          ${act === "decide" && html`<a class="button small" href="/books/conflicts" aria-label=${t`Decide ${name}`}>Decide</a>`}
          ${canBeTried && html`<button type="button" class="button small" aria-label=${t`Try again: ${name}`} onClick=${() => void tryAgain(connection, { items: [id] }).then(again, report)}>Try again</button>`}
        </span>
      </div>
    </li>
  `;
}
