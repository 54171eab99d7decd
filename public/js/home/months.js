// @ts-check
/** Months by the calendar of whoever looks. Pure. */

/**
 * @param {number} count
 * @param {Date} [now]
 * @returns {string[]} this month and those before, as YYYY-MM, the newest first
 */
export function monthsBack(count, now = new Date()) {
  return Array.from({ length: count }, (_, back) => {
    const month = new Date(now.getFullYear(), now.getMonth() - back, 1);
    return `${String(month.getFullYear()).padStart(4, "0")}-${String(month.getMonth() + 1).padStart(2, "0")}`;
  });
}

/**
 * @param {number} now
 * @param {number} before
 * @returns {number | null} percent more than before, rounded; null where there was nothing to compare with
 */
export function change(now, before) {
  return before > 0 ? Math.round((100 * (now - before)) / before) : null;
}
