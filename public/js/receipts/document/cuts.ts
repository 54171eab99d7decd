/** Lines that cut a picture into parts. Pure. */

/** A part of the upright picture, in parts of its width and height, 0 to 1. */
export type Part = { x: number; y: number; width: number; height: number };

/** A line through one of the parts that the lines before it left */
export interface Cut {
  /** its number, from 0 */
  part: number;
  /** it runs from left to right, so that the parts stand one above the other */
  isAcross: boolean;
  /** where in that part, 0 to 1 */
  at: number;
}

const WHOLE: Part = { x: 0, y: 0, width: 1, height: 1 };

/** @returns each part stands where the one was that it is cut from */
export function partsOf(cuts: readonly Cut[]): Part[] {
  let parts = [WHOLE];
  for (const { part, isAcross, at } of cuts) {
    const cut = parts[part];
    if (cut)
      parts = [...parts.slice(0, part), ...halves(cut, isAcross, at), ...parts.slice(part + 1)];
  }
  return parts;
}

function halves(part: Part, isAcross: boolean, at: number): [Part, Part] {
  const { x, y, width, height } = part;
  if (isAcross)
    return [
      { ...part, height: height * at },
      { ...part, y: y + height * at, height: height * (1 - at) },
    ];
  return [
    { ...part, width: width * at },
    { ...part, x: x + width * at, width: width * (1 - at) },
  ];
}

/** @returns the number of the one with the largest area */
export function largest(parts: readonly Part[]): number {
  const areas = parts.map(({ width, height }) => width * height);
  return areas.indexOf(Math.max(...areas));
}
