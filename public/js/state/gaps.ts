/** Parts of a view that could not be loaded, and that have no place of their own to say so. */

import { ConnectionError } from "../api/errors.ts";
import { endProblems, notify } from "../notifications/notices.ts";
import { t } from "../words.ts";

const ABOUT = "gaps";

/** How each is asked for again, by what asks. */
const gaps = new Map<object, () => void>();

/**
 * Tell of it, with a button that asks for all such parts again.
 *
 * @param part is the same for the same part
 */
export function tellOfGap(part: object, again: () => void) {
  gaps.set(part, again);
  notify(t`A part of this page is missing. No connection: try again.`, {
    kind: "problem",
    about: ABOUT,
    action: { label: t`Try again`, onAction: fillAll },
  });
}

/** It is there, or its view is left. */
export function closeGap(part: object) {
  if (gaps.delete(part) && gaps.size === 0) endProblems(ABOUT);
}

/**
 * Load what several views share.
 *
 * @param part is the same for the same part
 * @param onRefused gets what is no lost connection
 */
export async function fill(
  part: object,
  load: () => Promise<void>,
  onRefused: (error: unknown) => void,
) {
  try {
    await load();
    closeGap(part);
  } catch (error) {
    if (error instanceof ConnectionError) tellOfGap(part, () => void fill(part, load, onRefused));
    else onRefused(error);
  }
}

function fillAll() {
  const all = [...gaps.values()];
  gaps.clear();
  for (const again of all) again();
}
