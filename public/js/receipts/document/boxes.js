// @ts-check
/** Where in its picture a value or a line was read. */

/** @import { FieldName, Run } from "../../api.js" */

/** A word: the number of its line, its first character and the one behind its last, then x and y of its corners. @typedef {number[]} Word */

/** Corners x1, y1 to x4, y4: top left, top right, bottom right, bottom left of the text; 0 to 1 of the picture. @typedef {number[]} Quad */

/** Which way text runs: parts of a picture's width, and of its height. @typedef {{ across: number, down: number }} Direction */

/** Coordinates come in parts of this. */
const UNIT = 10_000;
/** Of a word's height, to leave its letters free. */
const AIR = 0.12;
/**
 * @param {Pick<Run, "transcript">} run
 * @param {number} page from 1
 * @returns {Word[]} none where the reader told no places
 */
export function boxesOf({ transcript }, page) {
  return transcript?.boxes.find((each) => each.page === page)?.words ?? [];
}

/** @param {Word[]} words of a page @returns {Direction | null} null where no words are known */
export function directionOf(words) {
  if (words.length === 0) return null;
  const sum = (/** @type {number} */ to, /** @type {number} */ from) => words.reduce((all, word) => all + at(word, to) - at(word, from), 0);
  return { across: sum(5, 3), down: sum(6, 4) };
}

/**
 * @param {Direction} text
 * @param {number} ratio of the picture's width to its height
 * @returns {number} quarter turns clockwise after which the text is upright, 0 to 3
 */
export function turnsUpright({ across, down }, ratio) {
  return (4 - Math.round(Math.atan2(down, across * ratio) / (Math.PI / 2))) % 4;
}

/**
 * @param {Pick<Run, "extraction">} run
 * @param {{ field: FieldName | null, line: number | null }} looked at: a line that is pointed at, else a field
 * @param {Word[]} words of the page
 * @returns {Quad[]}
 */
export function quadsOf({ extraction }, { field, line }, words) {
  if (line !== null) return phrases(words.filter((word) => at(word, 0) === line));
  const evidence = field ? extraction?.[field]?.evidence : null;
  if (!evidence) return [];
  const { start, end } = evidence;
  return phrases(words.filter((word) => at(word, 0) === evidence.line && at(word, 1) < end && at(word, 2) > start));
}

/**
 * Words with one space between them have one quad together.
 *
 * @param {Word[]} words of a line
 * @returns {Quad[]}
 */
function phrases(words) {
  /** @type {Quad[]} */
  const quads = [];
  let end = -Infinity;
  for (const word of [...words].sort((one, other) => at(one, 1) - at(other, 1))) {
    const corners = word.slice(3).map((part) => part / UNIT);
    const before = quads.at(-1);
    if (before && at(word, 1) - end <= 1) before.splice(2, 4, ...corners.slice(2, 6));
    else quads.push(corners);
    end = at(word, 2);
  }
  return quads.map(airy);
}

/** @param {Quad} quad @returns {Quad} a little higher */
function airy(quad) {
  const air = (/** @type {number} */ corner, /** @type {number} */ below) => at(quad, corner) + AIR * (at(quad, corner) - at(quad, below));
  return [air(0, 6), air(1, 7), air(2, 4), air(3, 5), air(4, 2), air(5, 3), air(6, 0), air(7, 1)];
}

/** @param {number[]} numbers @param {number} index */
function at(numbers, index) {
  return numbers[index] ?? 0;
}
