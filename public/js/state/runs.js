// @ts-check
/** The runs, what keeps them up to date, and the files on their way to becoming some. There is one of each. */

import { signal } from "@preact/signals";

import { takeOver } from "../receipts/kept-files.js";
import { report, showIfOver } from "./report.js";
import { RunStore } from "./run-store.js";
import { Sync } from "./sync.js";
import { takePicture } from "../receipts/thumbnails.js";
import { Uploads } from "../receipts/uploads.js";
import { t } from "../words.js";

/** @import { Run } from "../api.js" */
/** @import { Upload } from "../receipts/uploads.js" */

export const store = new RunStore();
export const sync = new Sync(store, report);
export const uploads = new Uploads();

/** What stands in the place of a list that is not there yet. */
export const loadingText = signal(t`Loading …`);

/**
 * How much of the inbox waits for a person; empty for none.
 *
 * @param {number} sentBack expenses that were sent back
 */
export function waitingRuns(sentBack) {
  store.version.value; // drawn again with the lists
  const counts = [store.count("review"), store.count("failed")];
  const sum = counts.reduce((all, count) => all + parseInt(count, 10), sentBack);
  return sum === 0 ? "" : `${sum}${counts.some((count) => count.endsWith("+")) ? "+" : ""}`;
}

/** Take a run that was loaded by itself. @param {Run} run */
export function putRun(run) {
  const step = run.steps.find(({ outcome }) => outcome === "running" || outcome === "retrying")?.name ?? null;
  store.put({ ...run, step });
}

/** @param {File[]} files chosen together */
export function addFiles(files) {
  for (const upload of uploads.add(files)) takePicture(upload);
}

/** Send what was on its way when the page was left. */
export async function goOnWithFiles() {
  await takeOver((left) => {
    for (const upload of uploads.goOn(left)) takePicture(upload);
  });
}

uploads.addEventListener("refused", (event) => {
  showIfOver(/** @type {CustomEvent<{ error: unknown }>} */ (event).detail.error);
});
uploads.addEventListener("accepted", (event) => {
  const { upload, receiptId } = /** @type {CustomEvent<{ upload: Upload, receiptId: string }>} */ (event).detail;
  if (upload.state !== "accepted" || !upload.runId) return;
  store.setRank(upload.runId, upload.rank);
  store.put(justBegun(upload, upload.runId, receiptId));
  sync.poke();
});
addEventListener("beforeunload", (event) => {
  if (uploads.isBusy) event.preventDefault();
});

/**
 * @param {Upload} upload
 * @param {string} id the run's
 * @param {string} receiptId
 * @returns {import("../api.js").RunSummary} until the server is asked
 */
function justBegun({ file, paidBy }, id, receiptId) {
  const now = new Date().toISOString();
  return {
    id,
    kind: "receipt",
    subject: receiptId,
    status: "processing",
    state: "received",
    message: "",
    reason: null,
    error: null,
    createdAt: now,
    updatedAt: now,
    stateVersion: 0,
    expense: null,
    read: null,
    step: "ocr-extract",
    receipt: {
      id: receiptId,
      fileName: file.name,
      mediaType: file.type,
      size: file.size,
      receivedMailId: null,
      paidBy: paidBy ?? "company",
      imageUrl: `/api/receipts/${encodeURIComponent(receiptId)}/image`,
    },
  };
}
