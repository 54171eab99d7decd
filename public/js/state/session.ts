/** Who is signed in, and to which account. */

import { computed, effect, signal } from "@preact/signals";
import type { Session } from "../api.ts";
import type { Signal } from "@preact/signals";

/** Null until the server has said. */
export const session: Signal<Session | null> = signal(null);

const permissions = computed(() => new Set((session.value?.may ?? []) as readonly string[]));

/**
 * Whether whoever is signed in may do it: what they may not is not offered to them.
 *
 * @param permission by its name (docs/security.md)
 */
export const may = (permission: string) => permissions.value.has(permission);

/** @returns as soon as the server has said who is signed in; a page is used before that */
export function knownSession(): Promise<Session> {
  return new Promise((resolve) => {
    effect(function () {
      if (!session.value) return;
      resolve(session.value);
      this.dispose();
    });
  });
}

/** Whether nobody else is in the account: what only a team needs is left out, and words are for one. */
export const isAlone = () => session.value?.isAlone ?? false;
