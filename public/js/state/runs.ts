/**
 * The runs, what keeps them up to date, and the files on their way to becoming some. There is one
 * of each.
 */

import { signal } from "@preact/signals";

import { takeOver } from "../receipts/kept-files.ts";
import { report, showIfOver } from "./report.ts";
import { RunStore } from "./run-store.ts";
import { Sync } from "./sync.ts";
import { takePicture } from "../receipts/thumbnails.ts";
import { Uploads } from "../receipts/uploads.ts";
import { t } from "../words.ts";
import type { Run, RunSummary } from "../api.ts";
import type { Upload } from "../receipts/uploads.ts";

export const store = new RunStore();
export const sync = new Sync(store, report);
export const uploads = new Uploads();

/** What stands in the place of a list that is not there yet. */
export const loadingText = signal(t`Loading …`);

/**
 * How much of the inbox waits for a person; empty for none.
 *
 * @param sentBack expenses that were sent back
 */
export function waitingRuns(sentBack: number) {
  store.version.value; // drawn again with the lists
  const counts = [store.count("review"), store.count("failed")];
  const sum = counts.reduce((all, count) => all + parseInt(count || "0", 10), sentBack);
  return sum === 0 ? "" : `${sum}${counts.some((count) => count.endsWith("+")) ? "+" : ""}`;
}

/** Take a run that was loaded by itself. */
export function putRun(run: Run) {
  const step =
    run.steps.find(({ outcome }) => outcome === "running" || outcome === "retrying")?.name ?? null;
  store.put({ ...run, step });
}

/**
 * @param files chosen together
 * @param isAnswer they are receipts of what the company's account paid
 */
export function addFiles(files: File[], isAnswer = false) {
  for (const upload of uploads.add(files, isAnswer)) takePicture(upload);
}

/** Send what was on its way when the page was left. */
export async function goOnWithFiles() {
  await takeOver((left) => {
    for (const upload of uploads.goOn(left)) takePicture(upload);
  });
}

uploads.addEventListener("refused", (event) => {
  showIfOver((event as CustomEvent<{ error: unknown }>).detail.error);
});
uploads.addEventListener("accepted", (event) => {
  const { upload, receiptId } = (event as CustomEvent<{ upload: Upload; receiptId: string }>)
    .detail;
  if (upload.state !== "accepted" || !upload.runId) return;
  store.setRank(upload.runId, upload.rank);
  store.put(justBegun(upload, upload.runId, receiptId));
  sync.poke();
});
addEventListener("beforeunload", (event) => {
  if (uploads.isBusy) event.preventDefault();
});

/**
 * @param id the run's
 * @returns until the server is asked
 */
function justBegun({ file, paidBy }: Upload, id: string, receiptId: string): RunSummary {
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
