/**
 * How far the files that were added together have come: a bar, and one sentence when all is done.
 */

import { effect, signal, untracked } from "@preact/signals";

import { counted, money } from "../../format.ts";
import { STAGES, stageOf } from "../../labels.ts";
import { announce } from "../../notifications/notices.ts";
import { Icon } from "../../parts/icon.tsx";
import { store, uploads } from "../../state/runs.ts";
import { t } from "../../words.ts";
import type { Upload } from "../uploads.ts";
import type { Signal } from "@preact/signals";

type Outcome = "ready" | "review" | "other" | "refused" | "known" | "under-way";

/** Null where there is nothing to tell; `part` is null once all is done. */
const told: Signal<{ text: string; part: number | null } | null> = signal(null);

/** What was added since nothing was under way. */
let batch: Set<Upload> = new Set();
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
  return (
    <div class="batch" id="batch">
      <p id="batch-text">{text}</p>
      {part === null ? (
        <button type="button" class="icon-button" aria-label="Dismiss" onClick={dismiss}>
          <Icon name="close" />
        </button>
      ) : (
        <progress id="batch-bar" max="1" value={part} aria-labelledby="batch-text" />
      )}
    </div>
  );
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

/** @returns what waits for the connection; empty while it is there */
function waiting(): string {
  const unsent = [...batch].filter(
    ({ state }) => state === "waiting" || state === "sending" || state === "paused",
  );
  if (!unsent.some(({ state, isCutOff }) => state === "paused" && isCutOff)) return "";
  return t`. There is no connection: ${counted(unsent.length, "receipt is", "receipts are")} sent once there is.`;
}

function end(outcomes: Outcome[]) {
  isUnderWay = false;
  const [only] = batch;
  const summary = summarise(outcomes);
  if (outcomes.length > 1) told.value = { text: summary, part: null };
  announce(outcomes.length === 1 && only ? sentenceOf(only) : summary);
}

/** @returns sum over the files of the part that is done */
function progress(): number {
  let sum = 0;
  for (const upload of batch) {
    if (outcomeOf(upload) !== "under-way") sum += 1;
    else if (upload.state === "accepted") sum += partDone(upload);
  }
  return sum;
}

/** @param upload one that is being processed */
function partDone(upload: Upload) {
  const run = store.get(upload.runId ?? "");
  return run ? (1 + stageOf(run)) / (STAGES.length + 1) : 0;
}

function outcomeOf(upload: Upload): Outcome {
  if (upload.state === "refused" || upload.state === "known") return upload.state;
  const run = upload.state === "accepted" && upload.runId ? store.get(upload.runId) : undefined;
  if (!run || run.status === "processing") return "under-way";
  if (run.status === "complete") return "ready";
  return run.status === "needs_review" ? "review" : "other";
}

function sentenceOf(upload: Upload) {
  if (upload.state === "refused") return t`${upload.file.name} was not accepted. ${upload.problem}`;
  if (upload.state === "known") return t`${upload.file.name} is here already.`;
  const run = store.get(upload.runId ?? "");
  const { expense } = run ?? {};
  return expense
    ? t`Read: ${expense.merchant}, ${money(expense.total, expense.currency)}.`
    : (run?.message ?? "");
}

/** @returns "5 receipts done: 3 read, 1 needs review, 1 not accepted." */
function summarise(outcomes: Outcome[]): string {
  const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length;
  const review = count("review");
  const parts = [
    [count("ready"), t`read`],
    [review, review === 1 ? t`needs review` : t`need review`],
    [count("known"), t`here already`],
    [count("other"), t`not finished`],
    [count("refused"), t`not accepted`],
  ].filter(([number]) => number !== 0);
  const total = counted(outcomes.length, "receipt");
  return t`${total} done: ${parts.map(([number, words]) => `${number} ${words}`).join(", ")}.`;
}
