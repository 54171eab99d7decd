// @ts-check
/** Several failed receipts at once: choosing them, retrying or abandoning them, and what became of each. */

import { getRunSummaries, operateDeadLetters } from "./api.js";
import { byId, el, icon, setText } from "./dom.js";
import { counted } from "./format.js";
import { nameOfRun } from "./kinds.js";
import { OperationDialog } from "./operation-dialog.js";
import { OPERATIONS } from "./operations.js";

/** @import { BulkResult } from "./api.js" */
/** @import { RunStore } from "./store.js" */

const MOST_AT_ONCE = 100;

/** @type {Record<"retry" | "abandon", { title: (count: string) => string, done: string }>} */
const WORDS = {
  retry: { title: (count) => `Retry ${count}`, done: "retried" },
  abandon: { title: (count) => `Give ${count} up`, done: "abandoned" },
};

/**
 * Dispatches `change` when another choice is made.
 */
export class BulkOperations extends EventTarget {
  #store;
  #onOperated;
  #onError;
  /** @type {Set<string>} */
  #chosen = new Set();
  #bar = byId("bulk", HTMLElement);
  #all = byId("bulk-all", HTMLInputElement);
  #count = byId("bulk-count", HTMLElement);
  #retry = byId("bulk-retry", HTMLButtonElement);
  #abandon = byId("bulk-abandon", HTMLButtonElement);
  #result = byId("bulk-result", HTMLElement);

  /**
   * @param {RunStore} store
   * @param {() => void} onOperated the runs have changed
   * @param {(error: unknown) => void} onError the session has ended
   */
  constructor(store, onOperated, onError) {
    super();
    this.#store = store;
    this.#onOperated = onOperated;
    this.#onError = onError;
    this.#all.addEventListener("change", () => this.#chooseAll(this.#all.checked));
    this.#retry.addEventListener("click", () => this.#ask("retry"));
    this.#abandon.addEventListener("click", () => this.#ask("abandon"));
    byId("bulk-dismiss", HTMLButtonElement).addEventListener("click", () => {
      this.#result.hidden = true;
    });
  }

  /** @param {string} id the run's */
  has(id) {
    return this.#chosen.has(id);
  }

  /**
   * @param {string} id the run's
   * @param {boolean} isChosen
   */
  choose(id, isChosen) {
    if (isChosen) this.#chosen.add(id);
    else this.#chosen.delete(id);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {boolean} isShown whether the list of failed receipts is */
  render(isShown) {
    const failed = this.#failed();
    const chosen = this.#chosenIds();
    this.#bar.hidden = !isShown || failed.length === 0;
    if (!isShown) this.#result.hidden = true;
    this.#all.checked = chosen.length > 0 && chosen.length === failed.length;
    this.#all.indeterminate = chosen.length > 0 && chosen.length < failed.length;
    setText(this.#count, chosen.length > 0 ? `${chosen.length} selected` : "");
    this.#retry.disabled = chosen.length === 0;
    this.#abandon.disabled = chosen.length === 0;
  }

  #failed() {
    return this.#store.list("failed").map((run) => run.id);
  }

  /** @returns {string[]} those chosen that are still there */
  #chosenIds() {
    return this.#failed().filter((id) => this.#chosen.has(id));
  }

  /** @param {boolean} isChosen */
  #chooseAll(isChosen) {
    this.#chosen = new Set(isChosen ? this.#failed() : []);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {"retry" | "abandon"} operation */
  #ask(operation) {
    const ids = this.#chosenIds();
    /** @type {BulkResult} */
    const result = { done: [], refused: {} };
    const title = WORDS[operation].title(counted(ids.length, "receipt"));
    new OperationDialog({
      words: { ...OPERATIONS[operation], title },
      send: async (reason) => {
        for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
          const some = await operateDeadLetters(operation, ids.slice(from, from + MOST_AT_ONCE), reason);
          result.done.push(...some.done);
          Object.assign(result.refused, some.refused);
        }
      },
      onDone: () => this.#onDone(operation, ids, result).catch(this.#onError),
      onRefused: this.#onError,
      fallback: this.#bar,
    }).open();
  }

  /**
   * @param {"retry" | "abandon"} operation
   * @param {string[]} ids
   * @param {BulkResult} result
   */
  async #onDone(operation, ids, result) {
    this.#chosen.clear();
    this.#showResult(WORDS[operation].done, result);
    for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
      const runs = await getRunSummaries(ids.slice(from, from + MOST_AT_ONCE));
      for (const run of runs) this.#store.put(run);
    }
    this.#onOperated();
  }

  /**
   * @param {string} word
   * @param {BulkResult} result
   */
  #showResult(word, { done, refused }) {
    const refusals = Object.entries(refused);
    const title = [
      done.length > 0 && `${counted(done.length, "receipt")} ${word}`,
      refusals.length > 0 && `${counted(refusals.length, "receipt")} refused`,
    ].filter(Boolean);
    setText(byId("bulk-title", HTMLElement), title.join(", "));
    byId("bulk-list", HTMLElement).replaceChildren(
      ...refusals.map(([id, reason]) => this.#item(id, "alert", reason)),
      ...done.map((id) => this.#item(id, "check", "")),
    );
    this.#result.hidden = false;
    this.#result.focus();
  }

  /**
   * @param {string} id the run's
   * @param {string} symbol
   * @param {string} reason why it was refused
   */
  #item(id, symbol, reason) {
    const run = this.#store.get(id);
    const name = run?.expense?.merchant ?? (run ? nameOfRun(run) : id);
    const link = el("a", { href: `/runs/${id}` }, name);
    return el("li", { "data-kind": symbol }, icon(symbol), el("span", {}, link, reason && `: ${reason}.`));
  }
}
