/**
 * What was typed and is not sent yet. It is kept in this tab, by person and place, so that it is
 * there again after a session has ended and the person has signed in anew. Signing out takes it
 * away; so does somebody else who signs in.
 */

import { session } from "./session.ts";
import { storedUnder } from "./stored.ts";

const drafts = storedUnder("tillroll-draft:", () => sessionStorage);

/** @param place such as `review:run_…` */
function keyOf(place: string) {
  return `${session.value?.user.id ?? ""}:${place}`;
}

/** @param value as JSON */
export function keepDraft(place: string, value: unknown) {
  drafts.keep(keyOf(place), value);
}

/** @returns what was kept; undefined where there is nothing */
export function draftOf(place: string): any {
  return drafts.read(keyOf(place));
}

/** It was sent, or is not wanted. */
export function dropDraft(place: string) {
  drafts.drop((key) => key === keyOf(place));
}

/** Everybody's: who signs out leaves nothing behind. */
export function dropAllDrafts() {
  drafts.drop(() => true);
}

/** Those of the person who was signed in before, in the same tab. */
export function dropDraftsOfOthers() {
  const mine = keyOf("");
  drafts.drop((key) => !key.startsWith(mine));
}
