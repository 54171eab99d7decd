/** The rows of each list, from what is known of runs and files. */

import { store, uploads } from "../../state/runs.ts";
import { may } from "../../state/session.ts";
import { pictures } from "../thumbnails.ts";
import { knownModel, runModel, uploadModel } from "./row-model.ts";
import type { ListName } from "../../state/run-store.ts";
import type { RowModel } from "./row-model.ts";

/** @param chosen of the failed ones */
export function rowModels(name: ListName, chosen: Set<string>): RowModel[] {
  const runs = store.list(name);
  if (name === "review" || name === "failed") {
    const isFailed = name === "failed";
    return runs.map((run) => ({
      ...runModel(run, run.id, pictureOfRun(run.id)),
      isSelected: isFailed && may("operate") ? chosen.has(run.id) : null,
    }));
  }
  const local: Set<string | null> = new Set();
  const own = uploads.items.map((upload) => {
    const picture = pictures.value.get(upload.key);
    const run = upload.runId ? store.get(upload.runId) : undefined;
    if (!run) return uploadModel(upload, picture ?? null);
    if (upload.state === "known") return knownModel(upload, run, picture ?? null);
    local.add(run.id);
    return runModel(run, upload.key, picture);
  });
  return [...own, ...runs.filter((run) => !local.has(run.id)).map((run) => runModel(run, run.id))];
}

function pictureOfRun(runId: string) {
  const upload = uploads.items.find((item) => item.state === "accepted" && item.runId === runId);
  return upload && pictures.value.get(upload.key);
}
