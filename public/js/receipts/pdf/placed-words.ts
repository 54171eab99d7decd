/**
 * Where the words of a transcript stand on a page that has its text with it. Both were read apart,
 * and are matched.
 */

import type { Piece } from "./file.ts";
import type { Word } from "../document/boxes.ts";

/** Coordinates come in parts of this. */
const UNIT = 10_000;
/** Rows of the page that a line may stand in. */
const MOST_ROWS = 8;

/** A sign that is no space, and where it stands. */
type Sign = { sign: string; corners: number[] };
/** Without its spaces */
type Row = { text: string; signs: Sign[] };

/**
 * @param lines of the page
 * @param first the number of the first of them in the whole transcript, from 0
 * @returns of lines that stand on the page just so; others are left out
 */
export function placedWords(
  lines: readonly string[],
  first: number,
  pieces: readonly Piece[],
): Word[] {
  const rows = rowsOf(pieces);
  const free = new Set(rows);
  return lines.flatMap((line, index) => {
    const columns = [...line].flatMap((sign, column) =>
      [...plain(sign)].map((each) => ({ each, column })),
    );
    const text = columns.map(({ each }) => each).join("");
    const signs = text ? signsOf(text, rows, free) : null;
    if (!signs) return [];
    return wordsOf(line).flatMap(([start, end]) => {
      const own = signs.filter((_, place) => within(columns[place]?.column, start, end));
      const [from, to] = [own.find(Boolean), own.findLast(Boolean)];
      return from && to ? [[first + index, start, end, ...around(from.corners, to.corners)]] : [];
    });
  });
}

/** @returns a sign for each of the text, where it is there */
function signsOf(text: string, rows: Row[], free: Set<Row>): (Sign | undefined)[] | null {
  const same = rows.find((row) => free.has(row) && row.text === text);
  if (same) {
    free.delete(same);
    return same.signs;
  }
  const around = rows.filter((row) => row.text.includes(text));
  if (around.length === 1 && text.length > 3)
    return around.flatMap((row) =>
      row.signs.slice(row.text.indexOf(text), row.text.indexOf(text) + text.length),
    );
  const parts = rows
    .filter((row) => free.has(row) && row.text.length > 1 && text.includes(row.text))
    .slice(0, MOST_ROWS);
  if (parts.length === 0) return null;
  const signs: (Sign | undefined)[] = Array.from({ length: text.length });
  for (const row of parts) {
    const at = text.indexOf(row.text);
    row.signs.forEach((sign, place) => {
      signs[at + place] ??= sign;
    });
    free.delete(row);
  }
  return signs;
}

/** @returns from the top, each from the left */
function rowsOf(pieces: readonly Piece[]): Row[] {
  const placed = pieces.map((piece) => ({
    piece,
    middle: middleOf(piece),
    half: heightOf(piece) / 2,
  }));
  placed.sort((one, other) => one.middle - other.middle);
  const rows: { middle: number; pieces: Piece[] }[] = [];
  for (const { piece, middle, half } of placed) {
    const row = rows.at(-1);
    if (row && middle - row.middle < half) row.pieces.push(piece);
    else rows.push({ middle, pieces: [piece] });
  }
  return rows.map((row) => {
    const signs = row.pieces.sort((one, other) => left(one) - left(other)).flatMap(signsIn);
    return { text: signs.map(({ sign }) => sign).join(""), signs };
  });
}

/** @returns as if each were as wide as the next */
function signsIn({ text, corners }: Piece): Sign[] {
  const all = [...text];
  return all.flatMap((sign, index) => {
    const place = part(corners, index / all.length, (index + 1) / all.length);
    return [...plain(sign)].map((each) => ({ sign: each, corners: place }));
  });
}

/** @returns of that part of its length */
function part(
  [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0, dx = 0, dy = 0]: number[],
  from: number,
  to: number,
): number[] {
  const between = (one: number, other: number, at: number) => one + at * (other - one);
  return [
    between(ax, bx, from),
    between(ay, by, from),
    between(ax, bx, to),
    between(ay, by, to),
    between(dx, cx, to),
    between(dy, cy, to),
    between(dx, cx, from),
    between(dy, cy, from),
  ];
}

/** @returns in the form of a transcript's boxes */
function around(
  [ax = 0, ay = 0, , , , , dx = 0, dy = 0]: number[],
  [, , bx = 0, by = 0, cx = 0, cy = 0]: number[],
): number[] {
  return [ax, ay, bx, by, cx, cy, dx, dy].map((each) => Math.round(each * UNIT));
}

function wordsOf(line: string): [start: number, end: number][] {
  return [...line.matchAll(/\S+/gu)].map(({ index, 0: word }) => [index, index + word.length]);
}

function within(column: number | undefined, start: number, end: number) {
  return column !== undefined && column >= start && column < end;
}

/** @returns without a space, and ligatures as letters */
function plain(sign: string): string {
  return sign.normalize("NFKC").replaceAll(/\s/gu, "");
}

function left({ corners: [x = 0] }: Piece) {
  return x;
}

function middleOf({ corners: [, top = 0, , , , , , bottom = 0] }: Piece) {
  return (top + bottom) / 2;
}

function heightOf({ corners: [, top = 0, , , , , , bottom = 0] }: Piece) {
  return Math.abs(bottom - top);
}
