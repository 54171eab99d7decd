// @ts-check
/** Who is signed in, and to which account. */

import { computed, effect, signal } from "@preact/signals";

/** @import { Session } from "../api.js" */

/** Null until the server has said. @type {import("@preact/signals").Signal<Session | null>} */
export const session = signal(null);

const permissions = computed(() => new Set(/** @type {readonly string[]} */ (session.value?.may ?? [])));

/**
 * Whether whoever is signed in may do it: what they may not is not offered to them.
 *
 * @param {string} permission by its name (docs/security.md)
 */
export const may = (permission) => permissions.value.has(permission);

/** @returns {Promise<Session>} as soon as the server has said who is signed in; a page is used before that */
export function knownSession() {
  return new Promise((resolve) => {
    effect(function () {
      if (!session.value) return;
      resolve(session.value);
      this.dispose();
    });
  });
}
