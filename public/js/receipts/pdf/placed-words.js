// @ts-check
/** Where the words of a transcript stand on a page that has its text with it. Both were read apart, and are matched. */

/** @import { Piece } from "./file.js" */
/** @import { Word } from "../document/boxes.js" */

/** Coordinates come in parts of this. */
const UNIT = 10_000;
/** Rows of the page that a line may stand in. */
const MOST_ROWS = 8;

/** A sign that is no space, and where it stands. @typedef {{ sign: string, corners: number[] }} Sign */
/** @typedef {{ text: string, signs: Sign[] }} Row without its spaces */

/**
 * @param {readonly string[]} lines of the page
 * @param {number} first the number of the first of them in the whole transcript, from 0
 * @param {readonly Piece[]} pieces
 * @returns {Word[]} of lines that stand on the page just so; others are left out
 */
export function placedWords(lines, first, pieces) {
  const rows = rowsOf(pieces);
  const free = new Set(rows);
  return lines.flatMap((line, index) => {
    const columns = [...line].flatMap((sign, column) => [...plain(sign)].map((each) => ({ each, column })));
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

/** @param {string} text @param {Row[]} rows @param {Set<Row>} free @returns {(Sign | undefined)[] | null} a sign for each of the text, where it is there */
function signsOf(text, rows, free) {
  const same = rows.find((row) => free.has(row) && row.text === text);
  if (same) {
    free.delete(same);
    return same.signs;
  }
  const around = rows.filter((row) => row.text.includes(text));
  if (around.length === 1 && text.length > 3) return around.flatMap((row) => row.signs.slice(row.text.indexOf(text), row.text.indexOf(text) + text.length));
  const parts = rows.filter((row) => free.has(row) && row.text.length > 1 && text.includes(row.text)).slice(0, MOST_ROWS);
  if (parts.length === 0) return null;
  /** @type {(Sign | undefined)[]} */
  const signs = Array.from({ length: text.length });
  for (const row of parts) {
    const at = text.indexOf(row.text);
    row.signs.forEach((sign, place) => (signs[at + place] ??= sign));
    free.delete(row);
  }
  return signs;
}

/** @param {readonly Piece[]} pieces @returns {Row[]} from the top, each from the left */
function rowsOf(pieces) {
  const placed = pieces.map((piece) => ({ piece, middle: middleOf(piece), half: heightOf(piece) / 2 }));
  placed.sort((one, other) => one.middle - other.middle);
  /** @type {{ middle: number, pieces: Piece[] }[]} */
  const rows = [];
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

/** @param {Piece} piece @returns {Sign[]} as if each were as wide as the next */
function signsIn({ text, corners }) {
  const all = [...text];
  return all.flatMap((sign, index) => {
    const place = part(corners, index / all.length, (index + 1) / all.length);
    return [...plain(sign)].map((each) => ({ sign: each, corners: place }));
  });
}

/** @param {number[]} corners @param {number} from @param {number} to @returns {number[]} of that part of its length */
function part([ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0, dx = 0, dy = 0], from, to) {
  const between = (/** @type {number} */ one, /** @type {number} */ other, /** @type {number} */ at) => one + at * (other - one);
  return [
    between(ax, bx, from), between(ay, by, from), between(ax, bx, to), between(ay, by, to),
    between(dx, cx, to), between(dy, cy, to), between(dx, cx, from), between(dy, cy, from),
  ];
}

/** @param {number[]} from @param {number[]} to @returns {number[]} in the form of a transcript's boxes */
function around([ax = 0, ay = 0, , , , , dx = 0, dy = 0], [, , bx = 0, by = 0, cx = 0, cy = 0]) {
  return [ax, ay, bx, by, cx, cy, dx, dy].map((each) => Math.round(each * UNIT));
}

/** @param {string} line @returns {[start: number, end: number][]} */
function wordsOf(line) {
  return [...line.matchAll(/\S+/gu)].map(({ index, 0: word }) => [index, index + word.length]);
}

/** @param {number | undefined} column @param {number} start @param {number} end */
function within(column, start, end) {
  return column !== undefined && column >= start && column < end;
}

/** @param {string} sign @returns {string} without a space, and ligatures as letters */
function plain(sign) {
  return sign.normalize("NFKC").replaceAll(/\s/gu, "");
}

/** @param {Piece} piece */
function left({ corners: [x = 0] }) {
  return x;
}

/** @param {Piece} piece */
function middleOf({ corners: [, top = 0, , , , , , bottom = 0] }) {
  return (top + bottom) / 2;
}

/** @param {Piece} piece */
function heightOf({ corners: [, top = 0, , , , , , bottom = 0] }) {
  return Math.abs(bottom - top);
}
