// @ts-check
/** How far the files that were added together have come: a bar, and one sentence when all is done. */

import { byId, setText } from "./dom.js";
import { counted, money } from "./format.js";
import { STAGES, stageOf } from "./labels.js";
import { announce } from "./notices.js";

/** @import { RunStore } from "./store.js" */
/** @import { Upload, Uploads } from "./uploads.js" */

/** @typedef {"ready" | "review" | "other" | "refused" | "known" | "under-way"} Outcome */

export class BatchProgress {
  #uploads;
  #store;
  /** What was added since nothing was under way. @type {Set<Upload>} */
  #batch = new Set();
  #isUnderWay = false;
  #element = byId("batch", HTMLElement);
  #text = byId("batch-text", HTMLElement);
  #bar = byId("batch-bar", HTMLProgressElement);

  /**
   * @param {Uploads} uploads
   * @param {RunStore} store
   */
  constructor(uploads, store) {
    this.#uploads = uploads;
    this.#store = store;
    uploads.addEventListener("change", () => this.#update());
    store.addEventListener("change", () => this.#update());
    byId("batch-dismiss", HTMLButtonElement).addEventListener("click", () => {
      this.#element.hidden = true;
    });
  }

  #update() {
    const underWay = this.#uploads.items.filter((upload) => this.#outcome(upload) === "under-way");
    if (underWay.length > 0 && !this.#isUnderWay) this.#begin();
    for (const upload of underWay) this.#batch.add(upload);
    if (!this.#isUnderWay) return;
    const outcomes = [...this.#batch].map((upload) => this.#outcome(upload));
    const done = outcomes.filter((outcome) => outcome !== "under-way").length;
    if (done === outcomes.length) {
      this.#end(outcomes);
      return;
    }
    this.#element.hidden = outcomes.length < 2;
    setText(this.#text, `${done} of ${outcomes.length} receipts done`);
    this.#bar.value = this.#progress() / outcomes.length;
  }

  #begin() {
    this.#isUnderWay = true;
    this.#batch.clear();
    this.#bar.hidden = false;
    byId("batch-dismiss", HTMLButtonElement).hidden = true;
    const count = this.#uploads.items.filter((upload) => this.#outcome(upload) === "under-way").length;
    announce(`Adding ${counted(count, "receipt")}.`);
  }

  /** @param {Outcome[]} outcomes */
  #end(outcomes) {
    this.#isUnderWay = false;
    const [only] = this.#batch;
    const summary = summarise(outcomes);
    setText(this.#text, summary);
    this.#bar.hidden = true;
    byId("batch-dismiss", HTMLButtonElement).hidden = false;
    announce(outcomes.length === 1 && only ? this.#sentence(only) : summary);
  }

  /** @returns {number} sum over the files of the part that is done */
  #progress() {
    let sum = 0;
    for (const upload of this.#batch) {
      if (this.#outcome(upload) !== "under-way") sum += 1;
      else if (upload.state === "accepted") sum += this.#partDone(upload);
    }
    return sum;
  }

  /** @param {Upload} upload one that is being processed */
  #partDone(upload) {
    const run = this.#store.get(upload.runId ?? "");
    return run ? (1 + stageOf(run)) / (STAGES.length + 1) : 0;
  }

  /**
   * @param {Upload} upload
   * @returns {Outcome}
   */
  #outcome(upload) {
    if (upload.state === "refused" || upload.state === "known") return upload.state;
    const run = upload.state === "accepted" && upload.runId ? this.#store.get(upload.runId) : undefined;
    if (!run || run.status === "processing") return "under-way";
    if (run.status === "complete") return "ready";
    return run.status === "needs_review" ? "review" : "other";
  }

  /** @param {Upload} upload */
  #sentence(upload) {
    if (upload.state === "refused") return `${upload.file.name} was not accepted. ${upload.problem}`;
    if (upload.state === "known") return `${upload.file.name} is here already.`;
    const run = this.#store.get(upload.runId ?? "");
    const { expense } = run ?? {};
    return expense ? `Ready: ${expense.merchant}, ${money(expense.total, expense.currency)}.` : (run?.message ?? "");
  }
}

/**
 * @param {Outcome[]} outcomes
 * @returns {string} "5 receipts done: 3 ready, 1 needs review, 1 not accepted."
 */
function summarise(outcomes) {
  const count = (/** @type {Outcome} */ wanted) => outcomes.filter((outcome) => outcome === wanted).length;
  const review = count("review");
  const parts = [
    [count("ready"), "ready"],
    [review, review === 1 ? "needs review" : "need review"],
    [count("known"), "here already"],
    [count("other"), "not finished"],
    [count("refused"), "not accepted"],
  ].filter(([number]) => number !== 0);
  const total = counted(outcomes.length, "receipt");
  return `${total} done: ${parts.map(([number, words]) => `${number} ${words}`).join(", ")}.`;
}
