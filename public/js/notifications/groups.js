// @ts-check
/** Notices that belong together: what became of a batch of receipts is one line, and so is what was told often in a day. */

import { counted } from "../format.js";
import { lists } from "../receipts/inbox/addresses.js";
import { t } from "../words.js";

/** @import { Notice } from "../api.js" */

/**
 * @typedef {object} Group one line
 * @property {string} key
 * @property {string} message
 * @property {string} path the page that it leads to
 * @property {Notice[]} notices the newest first; one where it is told by itself
 * @property {boolean} isUnread
 * @property {boolean} needsYou
 */

/** What is told of receipts as they are read. */
const OF_RECEIPTS = new Set(["expense.created", "review.requested"]);
const FAILED = "run.failed";
/** So many of a topic in a day are one line. */
const MANY = 3;

/**
 * @param {readonly Notice[]} notices the newest first
 * @returns {Group[]} in the order of the newest of each
 */
export function groupsOf(notices) {
  /** @type {Map<string, Notice[]>} */
  const found = new Map();
  for (const notice of notices) {
    const key = `${OF_RECEIPTS.has(notice.topic) ? "receipts" : `${notice.topic} ${notice.message}`} ${notice.createdAt.slice(0, 10)}`;
    found.set(key, [...(found.get(key) ?? []), notice]);
  }
  return [...found].flatMap(([key, together]) => (countOf(together) < MANY ? together.map(alone) : [grouped(key, together)])).sort(newest);
}

/** @param {Notice} notice @returns {Group} */
function alone(notice) {
  return { ...said(notice.id, [notice]), message: notice.message, path: notice.path };
}

/** @param {string} key @param {Notice[]} notices @returns {Group} */
function grouped(key, notices) {
  const [first] = /** @type {[Notice]} */ (/** @type {unknown} */ (notices));
  const group = said(key, notices);
  if (OF_RECEIPTS.has(first.topic)) {
    const waiting = countOf(notices.filter(({ needsYou }) => needsYou));
    const read = counted(countOf(notices), "receipt");
    if (waiting === 0) return { ...group, message: t`${read} read`, path: lists.all };
    return { ...group, message: t`${read} read, ${waiting} need you`, path: lists.review };
  }
  const often = t`${countOf(notices)} times: ${first.message}`;
  if (first.topic === FAILED) return { ...group, message: often, path: lists.failed };
  return { ...group, message: often, path: shared(notices.map(({ path }) => path)) };
}

/** @param {string} key @param {Notice[]} notices */
function said(key, notices) {
  const isUnread = notices.some(({ readAt }) => readAt === null);
  return { key, notices, isUnread, needsYou: notices.some(({ needsYou }) => needsYou) };
}

/** @param {readonly Notice[]} notices @returns {number} how many things they tell of */
function countOf(notices) {
  return new Set(notices.map(({ subject }) => subject)).size;
}

/** @param {string[]} paths @returns {string} the page of all of them: that one, or the list above them */
function shared(paths) {
  const [first = "/"] = paths;
  if (paths.every((path) => path === first)) return first;
  return first.startsWith("/runs/") ? lists.all : first.slice(0, first.lastIndexOf("/")) || lists.all;
}

/** @param {Group} one @param {Group} other */
function newest(one, other) {
  return at(one) < at(other) ? 1 : at(one) > at(other) ? -1 : 0;
}

/** @param {Group} group */
function at({ notices }) {
  return notices[0]?.createdAt ?? "";
}
