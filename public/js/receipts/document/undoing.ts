/**
 * Which undo of a split or a joining a person is asked about: "split rec_…", or nothing. The
 * question stays where the page draws what is around it anew, as when what was read becomes an
 * expense.
 */

import { signal } from "@preact/signals";

export const undoing = signal("");
