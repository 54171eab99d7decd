/** Whether a newer build of the page waits. */

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";

/** Opens it; null while there is none. */
export const openNewVersion: Signal<(() => void) | null> = signal<(() => void) | null>(null);
