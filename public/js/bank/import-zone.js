// @ts-check
/** The ways a bank's files come in: chosen, or dropped anywhere on the page; and what becomes of them. */

import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Icon, Spinner } from "../parts/icon.js";
import { taker } from "../receipts/intake.js";
import { SelectField } from "../parts/fields.js";
import { ENCODINGS } from "./mapping.js";
import { dismissImport, importFile, imports } from "./imports.js";
import { html, t } from "../words.js";

/** @import { BankAccount, BankStatement } from "../api/types.js" */
/** @import { Import } from "./imports.js" */

const TYPES = ".xml,.sta,.mt940,.940,.ofx,.qfx,.csv,.txt,.bai,.bai2,.cod,.coda,.n43,.q43,.afb,.cfo,.qif,.asc,application/xml,text/xml,text/csv,text/plain";

/**
 * @param {File} file
 * @param {{ said: string, chosen: string, active: BankAccount[] }} known
 * @returns {string} the account that a file is sent for; empty where it names it itself, as all but tables of banks do
 */
function accountFor({ name }, { said, chosen, active }) {
  const [first, ...others] = active;
  const only = others.length === 0 ? first : undefined;
  if (said || !/\.(?:csv|txt|qif)$/i.test(name)) return said || (only?.number === null ? only.id : "");
  return active.find(({ id }) => id === chosen)?.id ?? only?.id ?? "";
}

/** @param {{ accounts: BankAccount[], chosen: string }} props `chosen` is the account whose entries are shown */
export function ImportZone({ accounts, chosen }) {
  const active = accounts.filter(({ archivedAt }) => !archivedAt);
  const [said, say] = useState("");
  const [encoding, setEncoding] = useState("");
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();
  const take = useRef((/** @type {File[]} */ _files) => {});
  take.current = (files) => {
    for (const file of files) importFile(file, { account: accountFor(file, { said, chosen, active }), encoding });
  };
  useEffect(() => {
    taker.current = (files) => take.current(files);
    return () => {
      taker.current = null;
    };
  }, []);
  const onChange = (/** @type {Event} */ event) => {
    const element = /** @type {HTMLInputElement} */ (event.currentTarget);
    take.current([...(element.files ?? [])]);
    element.value = "";
  };
  if (active.length === 0) return null;
  return html`
    <div class="bank-import">
      <input hidden type="file" multiple accept=${TYPES} ref=${input} onChange=${onChange} aria-label="Files of the bank" />
      <button type="button" class="button primary" onClick=${() => input.current?.click()}><${Icon} name="upload" />Import statements</button>
      ${
        active.length > 1 &&
        html`
          <label for=${id}>of</label>
          <select id=${id} value=${said} onChange=${(/** @type {Event} */ event) => say(/** @type {HTMLSelectElement} */ (event.target).value)}>
            <option value="">the account that the file names</option>
            ${active.map((each) => html`<option key=${each.id} value=${each.id}>${each.name}</option>`)}
          </select>
        `
      }
      <details class="bank-encoding">
        <summary>Character set</summary>
        <${SelectField} label="Character set" options=${ENCODINGS} value=${encoding} onValue=${setEncoding} hint="Choose one where names were read with wrong letters." />
      </details>
    </div>
  `;
}

/** @param {BankStatement[]} statements the newest @returns {number} files that wait for a person, also those of this visit */
export function waitingOf(statements) {
  const own = imports.value.filter(({ state }) => state === "needs_review").map(({ statementId }) => statementId);
  const known = new Set(imports.value.map(({ statementId }) => statementId));
  return new Set([...own, ...statements.filter(({ id, status }) => status === "needs_review" && !known.has(id)).map(({ id }) => id)]).size;
}

/** Files of this visit, and others that wait for a person. Nothing where there are none. @param {{ waiting?: BankStatement[] }} props */
export function Imports({ waiting = [] }) {
  const own = new Set(imports.value.map(({ statementId }) => statementId));
  const others = waiting.filter(({ id, status }) => status === "needs_review" && !own.has(id));
  if (imports.value.length + others.length === 0) return null;
  return html`
    <ul class="lines is-wrapped" aria-label="Imported files">
      ${imports.value.map((each) => html`<${Line} key=${each.key} of=${each} />`)}
      ${others.map(({ id, fileName }) => html`<${Line} key=${id} of=${{ key: 0, name: fileName ?? t`File without a name`, state: /** @type {const} */ ("needs_review"), progress: 1, says: t`It waits for you.`, statementId: id }} />`)}
    </ul>
  `;
}

const LABELS = { waits: t`Waits`, sending: t`Sending`, processing: t`Reading`, needs_review: t`Needs you`, complete: t`Imported`, stopped: t`Not imported`, refused: t`Not imported` };
const STATUS = { waits: "processing", sending: "processing", processing: "processing", needs_review: "needs_review", complete: "complete", stopped: "failed", refused: "refused" };

/** @param {{ of: Import }} props */
function Line({ of: { key, name, state, progress, says, statementId } }) {
  const isBusy = state === "waits" || state === "sending" || state === "processing";
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${isBusy && html`<${Spinner} /> `}${name} <span class="pill" data-status=${STATUS[state]}>${LABELS[state]}</span></span>
        <span class="line-note" role="status">${state === "sending" ? t`${Math.round(100 * progress)} % are sent.` : says}</span>
        <span class="line-actions">
          ${statementId && html`<a class=${state === "needs_review" ? "button small primary" : "button small"} href=${`/bank/statements/${statementId}`} aria-label=${`${state === "needs_review" ? t`Decide` : t`Show`}: ${name}`}>${state === "needs_review" ? t`Decide` : t`Show`}</a>`}
          ${!isBusy && key > 0 && html`<button type="button" class="icon-button" aria-label=${t`Hide ${name}`} title="Hide" onClick=${() => dismissImport(key)}><${Icon} name="close" /></button>`}
        </span>
      </div>
    </li>
  `;
}
