/**
 * What was typed and is not sent yet. It is kept in this tab, by person and place, so that it is
 * there again after a session has ended and the person has signed in anew. Signing out takes it
 * away; so does somebody else who signs in.
 */

import { session } from "./session.ts";

const PREFIX = "tillroll-draft:";

/** @param place such as `review:run_…` */
function keyOf(place: string) {
  return `${PREFIX}${session.value?.user.id ?? ""}:${place}`;
}

/** @param value as JSON */
export function keepDraft(place: string, value: unknown) {
  try {
    sessionStorage.setItem(keyOf(place), JSON.stringify(value));
  } catch (error) {
    // No room, or none allowed: what was typed is still in the form.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** @returns what was kept; undefined where there is nothing */
export function draftOf(place: string): any {
  const kept = read(keyOf(place));
  return kept === null ? undefined : JSON.parse(kept);
}

/** It was sent, or is not wanted. */
export function dropDraft(place: string) {
  remove((key) => key === keyOf(place));
}

/** Everybody's: whoever signs out leaves nothing behind. */
export function dropAllDrafts() {
  remove(() => true);
}

/** Those of whoever was signed in before, in the same tab. */
export function dropDraftsOfOthers() {
  const mine = keyOf("");
  remove((key) => !key.startsWith(mine));
}

function remove(isMeant: (key: string) => boolean) {
  for (const key of keys().filter(isMeant)) sessionStorage.removeItem(key);
}

function keys(): string[] {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  } catch (error) {
    if (error instanceof DOMException) return []; // the browser allows no storage
    throw error;
  }
}

function read(key: string) {
  return keys().includes(key) ? sessionStorage.getItem(key) : null;
}
