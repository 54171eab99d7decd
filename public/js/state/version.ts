/** Whether a newer build of the page waits. */

import { signal } from "@preact/signals";

/** Opens it; null while there is none. */
export const openNewVersion: import("@preact/signals").Signal<(() => void) | null> = signal<
  (() => void) | null
>(null);
