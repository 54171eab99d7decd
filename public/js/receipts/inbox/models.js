// @ts-check
/** The rows of each list, from what is known of runs and files. */

import { store, uploads } from "../../state/runs.js";
import { may } from "../../state/session.js";
import { pictures } from "../thumbnails.js";
import { knownModel, runModel, uploadModel } from "./row-model.js";

/** @import { ListName } from "../../state/run-store.js" */
/** @import { RowModel } from "./row-model.js" */

/**
 * @param {ListName} name
 * @param {Set<string>} chosen of the failed ones
 * @returns {RowModel[]}
 */
export function rowModels(name, chosen) {
  const runs = store.list(name);
  if (name !== "all") {
    const isFailed = name === "failed";
    return runs.map((run) => ({
      ...runModel(run, run.id, pictureOfRun(run.id)),
      isSelected: isFailed && may("operate") ? chosen.has(run.id) : null,
    }));
  }
  /** @type {Set<string | null>} */
  const local = new Set();
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

/** @param {string} runId */
function pictureOfRun(runId) {
  const upload = uploads.items.find((item) => item.state === "accepted" && item.runId === runId);
  return upload && pictures.value.get(upload.key);
}
