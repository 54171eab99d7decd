// @ts-check
/** Beginning a sync by hand, and connecting again. */

import { useState } from "preact/hooks";

import { ApiError, onceOnly, post } from "../api/client.js";
import { counted } from "../format.js";
import { notify } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { useAct } from "../parts/use-act.js";
import { report } from "../state/report.js";
import { may } from "../state/session.js";
import { go } from "../shell/address.js";
import { html, t } from "../words.js";

/** @import { BooksConnection, UnmappedWord } from "../api/types.js" */

/**
 * @param {BooksConnection} connection
 * @param {{ skipUnmapped?: boolean, compare?: boolean }} how
 */
export async function beginSync({ id }, how) {
  await post("/api/books/connections/{connection_id}/syncs", how, { path: { connection_id: id }, headers: onceOnly() });
}

/**
 * @param {object} props
 * @param {BooksConnection} props.connection
 * @param {() => void} props.onBegun
 * @param {boolean} [props.compares] also finds what somebody changed in the books
 */
export function SyncNow({ connection, onBegun, compares = false }) {
  const [unmapped, setUnmapped] = useState(/** @type {UnmappedWord[] | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const { name, syncing, provider, firstSyncAt } = connection;
  const label = compares ? t`Compare with the books` : syncing ? t`Syncing …` : firstSyncAt ? t`Sync now` : t`Begin the first sync`;

  async function begin() {
    setBusy(true);
    try {
      await beginSync(connection, { compare: compares });
      notify(t`The sync has begun.`, { kind: "success" });
      onBegun();
    } catch (error) {
      if (error instanceof ApiError && error.code === "books-unmapped") setUnmapped(error.problem["unmapped"]);
      else report(error);
    } finally {
      setBusy(false);
    }
  }

  const look = compares || (provider === "hubspot" && firstSyncAt) ? "button" : "button primary";
  return html`
    <button type="button" class=${look} disabled=${isBusy || syncing !== null} aria-label=${`${label}: ${name}`} onClick=${begin}>${label}</button>
    ${unmapped && html`<${Unmapped} ...${{ connection, unmapped, compares, onBegun }} onClose=${() => setUnmapped(null)} />`}
  `;
}

/**
 * Before the first sync: nothing is written, and who begins that.
 *
 * @param {{ connection: BooksConnection | null }} props
 */
export function BeforeFirst({ connection }) {
  if (!connection || connection.status === "ended" || connection.firstSyncAt) return null;
  const done = connection.direction === "push" ? "written" : "read";
  return html`<p class="books-first" role="status">${t`Nothing is ${done} until ${may("export") ? t`you begin` : t`somebody begins`} the first sync.`}</p>`;
}

/** @param {{ connection: BooksConnection, unmapped: UnmappedWord[], compares: boolean, onBegun: () => void, onClose: () => void }} props */
function Unmapped({ connection, unmapped, compares, onBegun, onClose }) {
  const skipping = useAct(async () => {
    await beginSync(connection, { skipUnmapped: true, compare: compares });
    onClose();
    onBegun();
  });
  return html`
    <${Dialog} title="Map some words first" action="Map them" problem=${skipping.problem} onClose=${onClose} onAction=${() => go(`/books/${connection.id}/mapping`)}>
      <p>Nothing is sent yet, since ${counted(unmapped.length, "word has", "words have")} no place in ${connection.name}:</p>
      <ul class="ask-list">
        ${unmapped.slice(0, 8).map(({ what, word, says, items }) => html`<li key=${`${what} ${word}`}>${says} <span class="quiet">${counted(items, "item")}</span></li>`)}
        ${unmapped.length > 8 && html`<li class="quiet">and ${unmapped.length - 8} more</li>`}
      </ul>
      <p class="quiet">Or sync the others now. What has these words is set aside until they are mapped.</p>
      <p><button type="button" class="button" disabled=${skipping.isBusy} onClick=${skipping.act}>Sync the others</button></p>
    <//>
  `;
}

/** Leads to the provider's page, or tries a signed target once more. @param {{ connection: BooksConnection, isSmall?: boolean, onDone?: () => void }} props */
export function ConnectAgain({ connection, isSmall = false, onDone }) {
  const { id, name, provider, status } = connection;
  const [isBusy, setBusy] = useState(false);
  const path = { connection_id: id };

  async function connect() {
    setBusy(true);
    try {
      if (provider === "signed") {
        await post("/api/books/connections/{connection_id}/chart", null, { path });
        notify(t`The books let us in again.`, { kind: "success" });
        onDone?.();
        setBusy(false);
        return;
      }
      const { authorizeUrl } = await post("/api/books/connections/{connection_id}/authorization", null, { path });
      leaveTo(authorizeUrl);
    } catch (error) {
      setBusy(false);
      report(error);
    }
  }

  const label = status === "asked" ? t`Go on there` : t`Connect again`;
  return html`<button type="button" class=${isSmall ? "button small" : "button primary"} disabled=${isBusy} aria-label=${`${label}: ${name}`} onClick=${connect}>${label}</button>`;
}

/** To the page where a person says yes. @param {string | null} url */
export function leaveTo(url) {
  if (url) location.assign(url);
}
