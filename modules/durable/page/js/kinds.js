// @ts-check
/** What runs are called, and what they are about. */

/** @param {{ kind: string }} run @returns {string} its kind in words: `bank-transfer` is “Bank transfer” */
export function nameOfRun({ kind }) {
  const words = kind.replaceAll(/[-_]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/**
 * @param {{ id: string, subject: string }} run
 * @returns {string} the text by which its kind looks its runs up; empty where that is its id
 */
export function subjectOf({ id, subject }) {
  return subject === id ? "" : subject;
}
