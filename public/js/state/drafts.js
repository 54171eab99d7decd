// @ts-check
/**
 * What was typed and is not sent yet. It is kept in this tab, by person and place, so that it is there again after a
 * session has ended and the person has signed in anew. Signing out takes it away; so does somebody else who signs in.
 */

import { session } from "./session.js";

const PREFIX = "tillroll-draft:";

/** @param {string} place such as `review:run_…` */
function keyOf(place) {
  return `${PREFIX}${session.value?.user.id ?? ""}:${place}`;
}

/**
 * @param {string} place
 * @param {unknown} value as JSON
 */
export function keepDraft(place, value) {
  try {
    sessionStorage.setItem(keyOf(place), JSON.stringify(value));
  } catch (error) {
    // No room, or none allowed: what was typed is still in the form.
    if (!(error instanceof DOMException)) throw error;
  }
}

/**
 * @param {string} place
 * @returns {any} what was kept; undefined where there is nothing
 */
export function draftOf(place) {
  const kept = read(keyOf(place));
  return kept === null ? undefined : JSON.parse(kept);
}

/** It was sent, or is not wanted. @param {string} place */
export function dropDraft(place) {
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

/** @param {(key: string) => boolean} isMeant */
function remove(isMeant) {
  for (const key of keys().filter(isMeant)) sessionStorage.removeItem(key);
}

/** @returns {string[]} */
function keys() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  } catch (error) {
    if (error instanceof DOMException) return []; // the browser allows no storage
    throw error;
  }
}

/** @param {string} key */
function read(key) {
  return keys().includes(key) ? sessionStorage.getItem(key) : null;
}
