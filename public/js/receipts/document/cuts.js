// @ts-check
/** Lines that cut a picture into parts. Pure. */

/** A part of the upright picture, in parts of its width and height, 0 to 1. @typedef {{ x: number, y: number, width: number, height: number }} Part */

/**
 * @typedef {object} Cut a line through one of the parts that the lines before it left
 * @property {number} part its number, from 0
 * @property {boolean} isAcross it runs from left to right, so that the parts stand one above the other
 * @property {number} at where in that part, 0 to 1
 */

/** @type {Part} */
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** @param {readonly Cut[]} cuts @returns {Part[]} each part stands where the one was that it is cut from */
export function partsOf(cuts) {
  let parts = [WHOLE];
  for (const { part, isAcross, at } of cuts) {
    const cut = parts[part];
    if (cut) parts = [...parts.slice(0, part), ...halves(cut, isAcross, at), ...parts.slice(part + 1)];
  }
  return parts;
}

/** @param {Part} part @param {boolean} isAcross @param {number} at @returns {[Part, Part]} */
function halves(part, isAcross, at) {
  const { x, y, width, height } = part;
  if (isAcross) return [{ ...part, height: height * at }, { ...part, y: y + height * at, height: height * (1 - at) }];
  return [{ ...part, width: width * at }, { ...part, x: x + width * at, width: width * (1 - at) }];
}

/** @param {readonly Part[]} parts @returns {number} the number of the one with the largest area */
export function largest(parts) {
  const areas = parts.map(({ width, height }) => width * height);
  return areas.indexOf(Math.max(...areas));
}
