/** What was added together last, while it is asked who paid it. */

import { signal } from "@preact/signals";

import { store, uploads } from "../../state/runs.ts";
import type { Upload } from "../uploads.ts";

/** The newest batch of which nobody asks any more. */
const dismissed = signal(0);

/** @returns the receipts of the newest batch that can still be told who paid; none once dismissed */
export function justAdded(): Upload[] {
  uploads.version.value;
  store.version.value;
  const batch = newestBatch();
  if (batch <= dismissed.value) return [];
  return uploads.items.filter((upload) => upload.batch === batch && isAsked(upload));
}

/** Ask no more of the newest batch. */
export function dismissAdded() {
  dismissed.value = newestBatch();
}

function newestBatch() {
  return Math.max(0, ...uploads.items.map((upload) => upload.batch));
}

function isAsked({ state, runId }: Upload) {
  if (state === "refused" || state === "known") return false;
  const run = runId ? store.get(runId) : undefined;
  return run?.expense?.status !== "approved";
}
