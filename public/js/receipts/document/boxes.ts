/** Where in its picture a value or a line was read. */

import type { FieldName, Run } from "../../api.ts";

/**
 * A word: the number of its line, its first character and the one behind its last, then x and y of
 * its corners.
 */
export type Word = number[];

/**
 * Corners x1, y1 to x4, y4: top left, top right, bottom right, bottom left of the text; 0 to 1 of
 * the picture.
 */
export type Quad = number[];

/** Which way text runs: parts of a picture's width, and of its height. */
export type Direction = { across: number; down: number };

/** Coordinates come in parts of this. */
const UNIT = 10_000;
/** Of a word's height, to leave its letters free. */
const AIR = 0.12;
/**
 * @param page from 1
 * @returns none where the reader told no places
 */
export function boxesOf({ transcript }: Pick<Run, "transcript">, page: number): Word[] {
  return transcript?.boxes.find((each) => each.page === page)?.words ?? [];
}

/**
 * @param words of a page
 * @returns null where no words are known
 */
export function directionOf(words: Word[]): Direction | null {
  if (words.length === 0) return null;
  const sum = (to: number, from: number) =>
    words.reduce((all, word) => all + at(word, to) - at(word, from), 0);
  return { across: sum(5, 3), down: sum(6, 4) };
}

/**
 * @param ratio of the picture's width to its height
 * @returns quarter turns clockwise after which the text is upright, 0 to 3
 */
export function turnsUpright({ across, down }: Direction, ratio: number): number {
  return (4 - Math.round(Math.atan2(down, across * ratio) / (Math.PI / 2))) % 4;
}

/**
 * @param looked at: a line that is pointed at, else a field
 * @param words of the page
 */
export function quadsOf(
  { extraction }: Pick<Run, "extraction">,
  { field, line }: { field: FieldName | null; line: number | null },
  words: Word[],
): Quad[] {
  if (line !== null) return phrases(words.filter((word) => at(word, 0) === line));
  const evidence = field ? extraction?.[field]?.evidence : null;
  if (!evidence) return [];
  const { start, end } = evidence;
  return phrases(
    words.filter(
      (word) => at(word, 0) === evidence.line && at(word, 1) < end && at(word, 2) > start,
    ),
  );
}

/**
 * Words with one space between them have one quad together.
 *
 * @param words of a line
 */
function phrases(words: Word[]): Quad[] {
  const quads: Quad[] = [];
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

/** @returns a little higher */
function airy(quad: Quad): Quad {
  const air = (corner: number, below: number) =>
    at(quad, corner) + AIR * (at(quad, corner) - at(quad, below));
  return [air(0, 6), air(1, 7), air(2, 4), air(3, 5), air(4, 2), air(5, 3), air(6, 0), air(7, 1)];
}

function at(numbers: number[], index: number) {
  return numbers[index] ?? 0;
}
