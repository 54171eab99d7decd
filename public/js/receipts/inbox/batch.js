// @ts-check
/** How far the files that were added together have come: a bar, and one sentence when all is done. */

import { effect, signal, untracked } from "@preact/signals";

import { counted, money } from "../../format.js";
import { STAGES, stageOf } from "../../labels.js";
import { announce } from "../../notifications/notices.js";
import { Icon } from "../../parts/icon.js";
import { store, uploads } from "../../state/runs.js";
import { html, t } from "../../words.js";

/** @import { Upload } from "../uploads.js" */

/** @typedef {"ready" | "review" | "other" | "refused" | "known" | "under-way"} Outcome */

/** Null where there is nothing to tell; `part` is null once all is done. @type {import("@preact/signals").Signal<{ text: string, part: number | null } | null>} */
const told = signal(null);

/** What was added since nothing was under way. @type {Set<Upload>} */
let batch = new Set();
let isUnderWay = false;

// It goes on being told while another view is open.
effect(() => {
  store.version.value;
  uploads.version.value;
  untracked(update);
});

export function Batch() {
  if (!told.value) return null;
  const { text, part } = told.value;
  const dismiss = () => {
    told.value = null;
  };
  return html`
    <div class="batch" id="batch">
      <p id="batch-text">${text}</p>
      ${part === null
        ? html`
            <button type="button" class="icon-button" aria-label="Dismiss" onClick=${dismiss}><${Icon} name="close" /></button>
          `
        : html`<progress id="batch-bar" max="1" value=${part} aria-labelledby="batch-text"></progress>`}
    </div>
  `;
}

function update() {
  const underWay = uploads.items.filter((upload) => outcomeOf(upload) === "under-way");
  if (underWay.length > 0 && !isUnderWay) {
    isUnderWay = true;
    batch = new Set();
    told.value = null;
    announce(t`Adding ${counted(underWay.length, "receipt")}.`);
  }
  for (const upload of underWay) batch.add(upload);
  if (!isUnderWay) return;
  const outcomes = [...batch].map(outcomeOf);
  const done = outcomes.filter((outcome) => outcome !== "under-way").length;
  if (done === outcomes.length) end(outcomes);
  else if (outcomes.length > 1) {
    const text = t`${done} of ${outcomes.length} receipts done${waiting()}`;
    told.value = { text, part: progress() / outcomes.length };
  }
}

/** @returns {string} what waits for the connection; empty while it is there */
function waiting() {
  const unsent = [...batch].filter(({ state }) => state === "waiting" || state === "sending" || state === "paused");
  if (!unsent.some(({ state, isCutOff }) => state === "paused" && isCutOff)) return "";
  return t`. There is no connection: ${counted(unsent.length, "receipt is", "receipts are")} sent once there is.`;
}

/** @param {Outcome[]} outcomes */
function end(outcomes) {
  isUnderWay = false;
  const [only] = batch;
  const summary = summarise(outcomes);
  if (outcomes.length > 1) told.value = { text: summary, part: null };
  announce(outcomes.length === 1 && only ? sentenceOf(only) : summary);
}

/** @returns {number} sum over the files of the part that is done */
function progress() {
  let sum = 0;
  for (const upload of batch) {
    if (outcomeOf(upload) !== "under-way") sum += 1;
    else if (upload.state === "accepted") sum += partDone(upload);
  }
  return sum;
}

/** @param {Upload} upload one that is being processed */
function partDone(upload) {
  const run = store.get(upload.runId ?? "");
  return run ? (1 + stageOf(run)) / (STAGES.length + 1) : 0;
}

/**
 * @param {Upload} upload
 * @returns {Outcome}
 */
function outcomeOf(upload) {
  if (upload.state === "refused" || upload.state === "known") return upload.state;
  const run = upload.state === "accepted" && upload.runId ? store.get(upload.runId) : undefined;
  if (!run || run.status === "processing") return "under-way";
  if (run.status === "complete") return "ready";
  return run.status === "needs_review" ? "review" : "other";
}

/** @param {Upload} upload */
function sentenceOf(upload) {
  if (upload.state === "refused") return t`${upload.file.name} was not accepted. ${upload.problem}`;
  if (upload.state === "known") return t`${upload.file.name} is here already.`;
  const run = store.get(upload.runId ?? "");
  const { expense } = run ?? {};
  return expense ? t`Ready: ${expense.merchant}, ${money(expense.total, expense.currency)}.` : (run?.message ?? "");
}

/**
 * @param {Outcome[]} outcomes
 * @returns {string} "5 receipts done: 3 ready, 1 needs review, 1 not accepted."
 */
function summarise(outcomes) {
  const count = (/** @type {Outcome} */ wanted) => outcomes.filter((outcome) => outcome === wanted).length;
  const review = count("review");
  const parts = [
    [count("ready"), t`ready`],
    [review, review === 1 ? t`needs review` : t`need review`],
    [count("known"), t`here already`],
    [count("other"), t`not finished`],
    [count("refused"), t`not accepted`],
  ].filter(([number]) => number !== 0);
  const total = counted(outcomes.length, "receipt");
  return t`${total} done: ${parts.map(([number, words]) => `${number} ${words}`).join(", ")}.`;
}
