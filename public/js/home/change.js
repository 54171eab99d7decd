// @ts-check
/** How much a month differs from the one before. Pure. */

/**
 * @param {number} now
 * @param {number} before
 * @returns {number | null} percent more than before, rounded; null where there was nothing to compare with
 */
export function change(now, before) {
  return before > 0 ? Math.round((100 * (now - before)) / before) : null;
}
