// @ts-check
/** The days of a month, as exports are asked for. */

/**
 * @param {string} month YYYY-MM; empty for all expenses
 * @returns {{ from?: string, to?: string }} its first and its last day
 */
export function daysOf(month) {
  const [year, number] = month.split("-").map(Number);
  if (!year || !number) return {};
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${days}` };
}
