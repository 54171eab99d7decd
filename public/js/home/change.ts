/** How much a month differs from the one before. Pure. */

/** @returns percent more than before, rounded; null where there was nothing to compare with */
export function change(now: number, before: number): number | null {
  return before > 0 ? Math.round((100 * (now - before)) / before) : null;
}
