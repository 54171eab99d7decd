/** What of ours a book has a place for, such as a category. */

import type { MappedWord } from "../api/types.d.ts";

export type What = MappedWord["what"];
