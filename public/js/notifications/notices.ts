/** What the page tells in passing: short notices at the edge, and words for screen readers only. */

import { signal } from "@preact/signals";

/** A button: what it does */
type NoticeAction = { label: string; onAction: () => void };
export type Notice = {
  key: number;
  text: string;
  kind: "info" | "success" | "problem";
  action: NoticeAction | null;
  patience: number;
  /** the id of what it is about; null where it is about no one thing */
  about: string | null;
};

const SHOWN_MS = 6000;

/** The last of them is shown (`passing.tsx`); problems before it come back once it is gone. */
export const notices = signal<Notice[]>([]);

/** What screen readers read out. */
export const announced = signal("");

let count = 0;

/** Say it to those who do not see the page change. */
export function announce(text: string) {
  announced.value = "";
  // A text that is the same as before would not be read out; a changed one in the next frame is.
  requestAnimationFrame(() => {
    announced.value = text;
  });
}

/**
 * Show a notice in place of the one that is shown. It goes by itself unless it tells of a problem.
 *
 * @param options `patience` in milliseconds; `about` has the id of the one thing that a problem is
 *   about: it ends once this succeeds, or its view is left
 * @returns its key
 */
export function notify(
  text: string,
  {
    kind = "info",
    action = null,
    patience = SHOWN_MS,
    about = null,
  }: {
    kind?: "info" | "success" | "problem";
    action?: NoticeAction | null;
    patience?: number;
    about?: string | null;
  } = {},
) {
  count += 1;
  const before = notices.value.filter(
    (notice) => notice.kind === "problem" && notice.text !== text,
  );
  notices.value = [...before, { key: count, text, kind, action, patience, about }];
  return count;
}

/**
 * What it tells of is over: it goes by itself from now on.
 *
 * @param key of a notice
 */
export function letPass(key: number) {
  notices.value = notices.value.map((notice) =>
    notice.key === key ? { ...notice, kind: "info" } : notice,
  );
}

/** @param key of a notice */
export function dismiss(key: number) {
  notices.value = notices.value.filter((notice) => notice.key !== key);
}

/** What was done with `about` has succeeded since: problems with it are told no longer. */
export function endProblems(about: string) {
  notices.value = notices.value.filter(
    (notice) => notice.kind !== "problem" || notice.about !== about,
  );
}

/** The view is left, and with it what its problems are about. */
export function leaveProblems() {
  notices.value = notices.value.filter(
    (notice) => notice.kind !== "problem" || notice.about === null,
  );
}
