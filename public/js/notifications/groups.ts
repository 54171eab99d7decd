/**
 * Notices that belong together: what became of a batch of receipts is one line, and so is what was
 * told often in a day.
 */

import { counted } from "../format.ts";
import { lists } from "../receipts/inbox/addresses.ts";
import { t } from "../words.ts";
import type { Notice } from "../api.ts";

/** One line */
export interface Group {
  key: string;
  message: string;
  /** the page that it leads to */
  path: string;
  /** the newest first; one where it is told by itself */
  notices: Notice[];
  isUnread: boolean;
  needsYou: boolean;
}

/** What is told of receipts as they are read. */
const OF_RECEIPTS = new Set(["expense.created", "review.requested"]);
const FAILED = "run.failed";
const TO_APPROVE = "approval.waits";
/** So many of a topic in a day are one line. */
const MANY = 3;

/**
 * @param notices the newest first
 * @returns in the order of the newest of each
 */
export function groupsOf(notices: readonly Notice[]): Group[] {
  const found: Map<string, Notice[]> = new Map();
  for (const notice of notices) {
    const { topic, message } = notice;
    const about = OF_RECEIPTS.has(topic) ? "receipts" : `${topic} ${message}`;
    const key = `${about} ${notice.createdAt.slice(0, 10)}`;
    found.set(key, [...(found.get(key) ?? []), notice]);
  }
  return [...found]
    .flatMap(([key, together]) =>
      countOf(together) < MANY ? together.map(alone) : [grouped(key, together)],
    )
    .sort(newest);
}

function alone(notice: Notice): Group {
  return { ...said(notice.id, [notice]), message: notice.message, path: notice.path };
}

function grouped(key: string, notices: Notice[]): Group {
  const [first] = notices as unknown as [Notice];
  const group = said(key, notices);
  if (OF_RECEIPTS.has(first.topic)) {
    const waiting = countOf(notices.filter(({ needsYou }) => needsYou));
    const read = counted(countOf(notices), "receipt");
    if (waiting === 0) return { ...group, message: t`${read} read`, path: lists.all };
    return { ...group, message: t`${read} read, ${waiting} need you`, path: lists.review };
  }
  if (first.topic === TO_APPROVE) {
    const count = countOf(notices);
    const message = counted(
      count,
      "expense waits for your approval",
      "expenses wait for your approval",
    );
    return { ...group, message, path: first.path };
  }
  const often = t`${countOf(notices)} times: ${first.message}`;
  if (first.topic === FAILED) return { ...group, message: often, path: lists.failed };
  return { ...group, message: often, path: shared(notices.map(({ path }) => path)) };
}

function said(key: string, notices: Notice[]) {
  const isUnread = notices.some(({ readAt }) => readAt === null);
  return { key, notices, isUnread, needsYou: notices.some(({ needsYou }) => needsYou) };
}

/** @returns how many things they tell of */
function countOf(notices: readonly Notice[]): number {
  return new Set(notices.map(({ subject }) => subject)).size;
}

/** @returns the page of all of them: that one, or the list above them */
function shared(paths: string[]): string {
  const [first = "/"] = paths;
  if (paths.every((path) => path === first)) return first;
  return first.startsWith("/runs/")
    ? lists.open
    : first.slice(0, first.lastIndexOf("/")) || lists.open;
}

function newest(one: Group, other: Group) {
  return at(one) < at(other) ? 1 : at(one) > at(other) ? -1 : 0;
}

function at({ notices }: Group) {
  return notices[0]?.createdAt ?? "";
}
