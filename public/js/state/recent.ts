/**
 * What somebody opened by the command palette: kept on this device, by person, so that it is
 * offered first the next time. Signing out takes it away.
 */

import { session } from "./session.ts";

/** A view or a thing, as the palette shows it */
export interface Recent {
  title: string;
  href: string;
  icon?: string | undefined;
  about?: string | undefined;
  /** how often it was opened */
  times: number;
}

const PREFIX = "tillroll-recent:";
const MOST = 30;

const key = () => `${PREFIX}${session.value?.user.id ?? ""}`;

/** @returns the last one first */
export function recent(): Recent[] {
  const kept = localStorage.getItem(key());
  return kept ? JSON.parse(kept) : [];
}

export function keepRecent(opened: Omit<Recent, "times">) {
  const known = recent();
  const times = known.find(({ href }) => href === opened.href)?.times ?? 0;
  const others = known.filter(({ href }) => href !== opened.href);
  const kept = [{ ...opened, times: times + 1 }, ...others].slice(0, MOST);
  try {
    localStorage.setItem(key(), JSON.stringify(kept));
  } catch (error) {
    // No room, or none allowed: nothing is offered first then.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Everybody's: whoever signs out leaves nothing behind. */
export function forgetRecent() {
  const keys = Object.keys(localStorage).filter((each) => each.startsWith(PREFIX));
  for (const each of keys) localStorage.removeItem(each);
}
