// @ts-check
/** What runs are called. */

/** @param {{ kind: string }} run @returns {string} its kind in words: `bank-transfer` is “Bank transfer” */
export function nameOfRun({ kind }) {
  const words = kind.replaceAll(/[-_]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
