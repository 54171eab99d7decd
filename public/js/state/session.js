// @ts-check
/** Who is signed in, and to which account. */

import { computed, effect, signal } from "@preact/signals";

/** @import { Session } from "../api.js" */

/** Null until the server has said. @type {import("@preact/signals").Signal<Session | null>} */
export const session = signal(null);

/** Whether an owner is signed in, who sees the settings and what runs. */
export const isOwner = computed(() => session.value?.user.role === "owner");

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
