// @ts-check
/** Whether a newer build of the page waits. */

import { signal } from "@preact/signals";

/** Opens it; null while there is none. @type {import("@preact/signals").Signal<(() => void) | null>} */
export const openNewVersion = signal(/** @type {(() => void) | null} */ (null));
