/** Where a moment stands on a drawing of a run. */

/**
 * What takes so long is drawn about as wide as a letter. Wider is what lasts longer, but ever more
 * slowly: a review of two days stands beside steps of milliseconds, and both can be seen. So
 * widths compare only roughly; the words have the durations.
 */
const UNIT_MS = 40;

/**
 * @param times milliseconds, in any order: all that will be asked for
 * @returns from 0, the first, to 1, the last
 */
export function scaleOf(times: number[]): (time: number) => number {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const places: Map<number, number> = new Map();
  let width = 0;
  sorted.forEach((time, index) => {
    if (index > 0) width += Math.log1p((time - (sorted[index - 1] ?? time)) / UNIT_MS);
    places.set(time, width);
  });
  return (time) => (width === 0 ? 0 : (places.get(time) ?? 0) / width);
}
