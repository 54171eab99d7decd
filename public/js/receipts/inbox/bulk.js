// @ts-check
/** Several failed receipts at once: choosing them, retrying or abandoning them, and what became of each. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { getRunSummaries, operateDeadLetters } from "../../api.js";
import { counted } from "../../format.js";
import { nameOfRun } from "../../kinds.js";
import { Icon } from "../../parts/icon.js";
import { report, showIfOver } from "../../state/report.js";
import { store, sync } from "../../state/runs.js";
import { OperationDialog } from "../../runs/run/operations/operation-dialog.js";
import { wordsOf } from "../../runs/run/operations/operations.js";
import { html, t } from "../../words.js";

/** @import { BulkResult } from "../../api.js" */

const MOST_AT_ONCE = 100;

/** @typedef {"retry" | "abandon"} Both */

/** @type {Record<Both, { title: (count: string) => string, done: string }>} */
const WORDS = {
  retry: { title: (count) => t`Retry ${count}`, done: "retried" },
  abandon: { title: (count) => t`Give ${count} up`, done: "abandoned" },
};

/** @param {{ chosen: Set<string>, onChoose: (chosen: Set<string>) => void }} props ids of runs */
export default function Bulk({ chosen, onChoose }) {
  const [asked, ask] = useState(/** @type {{ operation: Both, ids: string[] } | null} */ (null));
  const [result, setResult] = useState(/** @type {{ title: string, result: BulkResult } | null} */ (null));
  const bar = useRef(/** @type {HTMLDivElement | null} */ (null));
  store.version.value;
  const failed = store.list("failed").map((run) => run.id);
  const ids = failed.filter((id) => chosen.has(id));

  /** @param {Both} operation */
  async function done(operation, /** @type {string[]} */ changed, /** @type {BulkResult} */ its) {
    onChoose(new Set());
    setResult({ title: titleOf(WORDS[operation].done, its), result: its });
    for (let from = 0; from < changed.length; from += MOST_AT_ONCE) {
      for (const run of await getRunSummaries(changed.slice(from, from + MOST_AT_ONCE))) store.put(run);
    }
    sync.poke();
  }

  return html`
    ${result && html`<${Result} ...${result} onDismiss=${() => setResult(null)} />`}
    ${failed.length > 0 &&
    html`
      <div class="bulk" id="bulk" role="group" aria-label="Selected receipts" tabindex="-1" ref=${bar}>
        <label class="check">
          <input
            type="checkbox"
            checked=${ids.length > 0 && ids.length === failed.length}
            indeterminate=${ids.length > 0 && ids.length < failed.length}
            onChange=${(/** @type {Event} */ event) =>
              onChoose(new Set(/** @type {HTMLInputElement} */ (event.currentTarget).checked ? failed : []))}
          />
          Select all
        </label>
        <span class="quiet" id="bulk-count" aria-live="polite">${ids.length > 0 ? t`${ids.length} selected` : ""}</span>
        <button
          type="button"
          class="button small"
          disabled=${ids.length === 0}
          onClick=${() => ask({ operation: "retry", ids })}
        >
          Retry…
        </button>
        <button
          type="button"
          class="button small danger"
          disabled=${ids.length === 0}
          onClick=${() => ask({ operation: "abandon", ids })}
        >
          Abandon…
        </button>
      </div>
    `}
    ${asked && html`<${Asked} ...${{ ...asked, bar, onDone: done, onClose: () => ask(null) }} />`}
  `;
}

/**
 * @param {object} props
 * @param {Both} props.operation
 * @param {string[]} props.ids
 * @param {{ current: HTMLElement | null }} props.bar
 * @param {(operation: Both, ids: string[], result: BulkResult) => Promise<void>} props.onDone
 * @param {() => void} props.onClose
 */
function Asked({ operation, ids, bar, onDone, onClose }) {
  /** @type {BulkResult} */
  const result = { done: [], refused: {} };
  const question = {
    words: { ...wordsOf({ kind: "receipt" }, operation), title: WORDS[operation].title(counted(ids.length, "receipt")) },
    send: async (/** @type {string} */ reason) => {
      for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
        const some = await operateDeadLetters(operation, ids.slice(from, from + MOST_AT_ONCE), reason);
        result.done.push(...some.done);
        Object.assign(result.refused, some.refused);
      }
    },
    onDone: () => onDone(operation, ids, result).catch(report),
    onRefused: showIfOver,
    fallback: bar,
    onClose,
  };
  return html`<${OperationDialog} ...${question} />`;
}

/** @param {{ title: string, result: BulkResult, onDismiss: () => void }} props */
function Result({ title, result, onDismiss }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => element.current?.focus(), [result]);
  return html`
    <section class="bulk-result" id="bulk-result" aria-labelledby="bulk-title" tabindex="-1" ref=${element}>
      <h2 id="bulk-title">${title}</h2>
      <button type="button" class="icon-button" aria-label="Dismiss" onClick=${onDismiss}><${Icon} name="close" /></button>
      <ul>
        ${Object.entries(result.refused).map(
          ([id, reason]) => html`<${Line} key=${id} id=${id} symbol="alert" reason=${reason} />`,
        )}
        ${result.done.map((id) => html`<${Line} key=${id} id=${id} symbol="check" reason="" />`)}
      </ul>
    </section>
  `;
}

/** @param {{ id: string, symbol: "alert" | "check", reason: string }} props the run's id, and why it was refused */
function Line({ id, symbol, reason }) {
  const run = store.get(id);
  const name = run?.expense?.merchant ?? (run ? nameOfRun(run) : id);
  return html`
    <li data-kind=${symbol}>
      <${Icon} name=${symbol} />
      <span><a href=${`/runs/${id}`}>${name}</a>${reason && `: ${reason}.`}</span>
    </li>
  `;
}

/**
 * @param {string} word
 * @param {BulkResult} result
 * @returns {string} "2 receipts abandoned, 1 receipt refused"
 */
function titleOf(word, { done, refused }) {
  const count = Object.keys(refused).length;
  const parts = [
    done.length > 0 && `${counted(done.length, "receipt")} ${word}`,
    count > 0 && t`${counted(count, "receipt")} refused`,
  ];
  return parts.filter(Boolean).join(", ");
}
