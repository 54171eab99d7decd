/**
 * What somebody opened by the command palette: kept on this device, by person, so that it is
 * offered first the next time. Signing out takes it away.
 */

import { session } from "./session.ts";
import { storedUnder } from "./stored.ts";

/** A view or a thing, as the palette shows it */
export interface Recent {
  title: string;
  href: string;
  icon?: string | undefined;
  about?: string | undefined;
  /** how often it was opened */
  times: number;
}

const MOST = 30;
const opened = storedUnder("tillroll-recent:", () => localStorage);

const key = () => session.value?.user.id ?? "";

/** @returns the last one first */
export function recent(): Recent[] {
  return opened.read(key()) ?? [];
}

export function keepRecent(place: Omit<Recent, "times">) {
  const known = recent();
  const times = known.find(({ href }) => href === place.href)?.times ?? 0;
  const others = known.filter(({ href }) => href !== place.href);
  opened.keep(key(), [{ ...place, times: times + 1 }, ...others].slice(0, MOST));
}

/** Everybody's: who signs out leaves nothing behind. */
export function forgetRecent() {
  opened.drop(() => true);
}
