/**
 * What is done with one expense here goes to the server one after the other: keys are faster than
 * answers, and an act that names the version that is shown is refused where an own one was first.
 */

import { endProblems } from "../notifications/notices.ts";

type Shown = { id: string; version: number };

/** The last act on its way, by the id of its expense. */
const onTheirWay: Map<string, Promise<unknown>> = new Map();

/** The version that was made here of another, by `keyOf`. */
const made: Map<string, number> = new Map();

const keyOf = ({ id, version }: Shown) => `${id} ${version}`;

/**
 * Once what was asked before it is answered. Where that failed, this is not sent: it fails in the
 * same way, since it was meant for what would have come of it.
 */
export async function inTurn<Answer>(id: string, act: () => Promise<Answer>): Promise<Answer> {
  const before = onTheirWay.get(id);
  const own = before ? before.then(act) : act();
  onTheirWay.set(id, own);
  try {
    const answer = await own;
    endProblems(id);
    return answer;
  } finally {
    if (onTheirWay.get(id) === own) onTheirWay.delete(id);
  }
}

/**
 * In its turn, of the newest version that was made here of the one that is shown. What it makes of
 * that is the newest then.
 */
export function inTurnOfNewest<Fresh extends Shown>(
  shown: Shown,
  act: (version: number) => Promise<Fresh>,
): Promise<Fresh> {
  return inTurn(shown.id, async () => {
    const before = { id: shown.id, version: versionNow(shown) };
    const fresh = await act(before.version);
    noteOwn(before, fresh);
    return fresh;
  });
}

/** All that is on its way for these expenses is answered, or has failed. */
export async function settled(ids: string[]) {
  await Promise.allSettled(ids.map((id) => onTheirWay.get(id)));
}

/** It was changed here: a view that still shows `before` may name the version of `after`. */
export function noteOwn(before: Shown, after: Shown) {
  if (after.version > before.version) made.set(keyOf(before), after.version);
}

/** @returns the version that own changes have made of the one that is shown */
export function versionNow({ id, version }: Shown): number {
  const next = made.get(keyOf({ id, version }));
  return next === undefined ? version : versionNow({ id, version: next });
}
