// @ts-check
/** What is not in the books as it should be: how many, why, and what to do next. */

import { onceOnly, post } from "../api/client.js";
import { counted } from "../format.js";
import { notify } from "../notifications/notices.js";
import { report } from "../state/report.js";
import { may } from "../state/session.js";
import { addressOf, choiceFor } from "./addresses.js";
import { beginSync, ConnectAgain } from "./sync-now.js";
import { countsOf, hrefOf, inOrder, nextFor, reasonOf, titleOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { BooksConnection, ConnectionStatus, Lacking } from "../api/types.js" */

/** @type {[name: keyof import("./words.js").Counts, label: string, choice: string][]} */
const SHOWN = [
  ["written", t`In the books`, "state=written"],
  ["waiting", t`Waiting`, "state=new"],
  ["setAside", t`Set aside`, "state=set_aside"],
  ["conflict", t`Conflict`, "state=conflict"],
  ["unmapped", t`Unmapped`, "code=unmapped&state=set_aside"],
];

/** @param {{ status: ConnectionStatus }} props */
export function Counts({ status }) {
  const counts = countsOf(status);
  return html`
    <ul class="books-counts" aria-label=${t`Items of ${status.connection.name}`}>
      ${SHOWN.map(([name, label, choice]) => html`
        <li key=${name} data-none=${counts[name] === 0} data-name=${name}>
          <a href=${addressOf(status.connection.id, name === "unmapped" ? unmappedOf(status) : choice)}><strong>${counts[name]}</strong> <span>${label}</span></a>
        </li>
      `)}
    </ul>
  `;
}

/** Where unmapped items are: what is new was not set aside yet. @param {ConnectionStatus} status */
function unmappedOf({ lacking }) {
  const found = lacking.filter(({ code }) => code === "unmapped");
  return choiceFor(found.find(({ state }) => state === "set_aside") ?? found[0] ?? { state: "set_aside", code: "unmapped" });
}

/** Reasons, those first that a person must do something about. @param {{ status: ConnectionStatus, again: () => void }} props */
export function LackingList({ status, again }) {
  const { connection, lacking } = status;
  return html`
    <ul class="books-lacking" aria-label=${t`What is not in ${connection.name}`}>
      ${inOrder(lacking).map((each) => html`
        <li key=${`${each.state} ${each.code}`}>
          <a href=${addressOf(connection.id, choiceFor(each))}><strong>${each.items}</strong> ${reasonOf(each)}</a>
          <span class="quiet">${each.says}</span>
          <${Next} lacking=${each} connection=${connection} again=${again} />
        </li>
      `)}
    </ul>
  `;
}

/** What the books get later, once somebody has decided on it. @param {{ status: ConnectionStatus }} props */
export function NotDue({ status: { connection, notDue } }) {
  if (notDue.length === 0) return null;
  return html`
    <ul class="books-lacking" aria-label=${t`What is not due in ${connection.name}`}>
      ${notDue.map((each) => html`
        <li key=${each.code}>
          <a href=${addressOf(connection.id, choiceFor(each))}><strong>${each.items}</strong> ${reasonOf(each)}</a>
          <span class="quiet">${each.says} ${each.examples.map((item, place) => html`${place > 0 && "; "}<a key=${item.id} href=${hrefOf(item)}>${titleOf(item.title, item.kind)}</a>`)}</span>
        </li>
      `)}
    </ul>
  `;
}

/** What a person does next about it. @param {{ lacking: Lacking, connection: BooksConnection, again: () => void }} props */
export function Next({ lacking, connection, again }) {
  const act = nextFor(lacking);
  if (act === "map") return html`<a class="button small" href=${`/books/${connection.id}/mapping`}>Map</a>`;
  if (act === "decide") return html`<a class="button small" href="/books/conflicts">Decide</a>`;
  if (act === "connect") return may("administer") ? html`<${ConnectAgain} connection=${connection} isSmall />` : null;
  // The next sync does the rest, and its button is there already.
  if (act === "sync" || !may("export") || connection.status !== "connected") return null;
  const { code } = lacking;
  if (!code) return null;
  return html`<button type="button" class="button small" disabled=${connection.syncing !== null} aria-label=${t`Try again: ${reasonOf(lacking)}`} onClick=${() => void tryAgain(connection, { code }).then(again, report)}>Try again</button>`;
}

/**
 * Have items looked at again, by a sync that begins now.
 *
 * @param {BooksConnection} connection
 * @param {{ code: string } | { items: string[] }} which
 */
export async function tryAgain(connection, which) {
  const { items } = await post("/api/books/connections/{connection_id}/retries", which, { path: { connection_id: connection.id }, headers: onceOnly() });
  await beginSync(connection, { skipUnmapped: true });
  notify(t`${counted(items, "item is", "items are")} tried again.`, { kind: "success" });
}
