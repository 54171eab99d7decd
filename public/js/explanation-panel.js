// @ts-check
/** The part of a run's page that explains it and offers what can be done: before the values of one in trouble, else last. */

import { operateRun } from "./api.js";
import { byId, el } from "./dom.js";
import { Drawing } from "./drawing.js";
import { badgesOf, explanationOf, isTroubled } from "./explanation.js";
import { OperationDialog } from "./operation-dialog.js";
import { OPERATIONS, possibleOperations } from "./operations.js";

/** @import { Operation, Run } from "./api.js" */

/**
 * @typedef {object} OperationListeners
 * @property {(text: string) => void} onOperated an operation was done; the run is to be loaded again
 * @property {(error: unknown) => void} onRefused it was not, and the dialog says why; the run is to be loaded again
 */

export class ExplanationPanel {
  #listeners;
  #drawing = new Drawing();
  #element = byId("run-explanation", HTMLElement);
  #details = byId("explanation-details", HTMLDetailsElement);
  #title = byId("run-title", HTMLElement);
  /** @type {boolean | null} */
  #wasTroubled = null;

  /** @param {OperationListeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  clear() {
    this.#element.hidden = true;
    this.#wasTroubled = null;
    this.#drawing.clear();
  }

  /** @param {Run} run */
  render(run) {
    const focused = this.#element.contains(document.activeElement) ? document.activeElement : null;
    this.#element.hidden = false;
    this.#place(isTroubled(run));
    const badges = badgesOf(run);
    this.#drawing.draw(
      "explanation-badges",
      badges.map(({ textContent }) => textContent),
      () => badges,
    );
    const { whatHappened, tried, nextSafeAction, mustNotRepeat, externalIds, generation } = run;
    this.#drawing.draw(
      "explanation-text",
      [whatHappened, tried, nextSafeAction, mustNotRepeat, externalIds, generation, isTroubled(run)],
      () => explanationOf(run),
    );
    const operations = possibleOperations(run);
    this.#drawing.draw("explanation-actions", [operations, run.safeToRetry, run.extraction, run.mustNotRepeat], () =>
      operations.map((operation) => this.#button(run, operation)),
    );
    // Moving or drawing anew has taken the focus from what had it.
    if (focused instanceof HTMLElement && document.activeElement === document.body) {
      (focused.isConnected ? focused : this.#title).focus({ preventScroll: true });
    }
  }

  /** @param {boolean} isInTrouble */
  #place(isInTrouble) {
    if (isInTrouble === this.#wasTroubled) return;
    this.#wasTroubled = isInTrouble;
    this.#element.classList.toggle("is-troubled", isInTrouble);
    this.#details.open = isInTrouble;
    const values = byId("run-values", HTMLElement);
    values.parentElement?.insertBefore(this.#element, isInTrouble ? values : null);
  }

  /**
   * @param {Run} run
   * @param {Operation} operation
   */
  #button(run, operation) {
    const { label, isDanger } = OPERATIONS[operation];
    const kind = operation === "retry" && run.safeToRetry ? "primary" : isDanger ? "danger" : "";
    const onclick = () => this.#ask(run, operation);
    return el("button", { type: "button", class: `button small ${kind}`, onclick }, label);
  }

  /**
   * @param {Run} run
   * @param {Operation} operation
   */
  #ask(run, operation) {
    const isRetry = operation === "retry";
    new OperationDialog({
      words: OPERATIONS[operation],
      warnings: isRetry && !run.safeToRetry ? ["Retrying may do something twice.", ...run.mustNotRepeat] : [],
      correctable: isRetry && run.receipt ? run : undefined,
      send: (reason, values) => operateRun(run.id, operation, isRetry ? { reason, values } : { reason }),
      onDone: () => {
        this.#title.focus({ preventScroll: true });
        this.#listeners.onOperated(OPERATIONS[operation].done);
      },
      onRefused: this.#listeners.onRefused,
      fallback: this.#title,
    }).open();
  }
}
