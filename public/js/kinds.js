// @ts-check
/** What runs are called. */

/** @import { RunSummary } from "./api.js" */

/**
 * @param {Pick<RunSummary, "kind" | "receipt">} run
 * @returns {string} what it is called: a receipt by its file, any other by its kind
 */
export function nameOfRun({ kind, receipt }) {
  if (receipt?.fileName) return receipt.fileName;
  const words = kind.replaceAll(/[-_]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
