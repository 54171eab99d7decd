/** Which lists were open last: an expense, and what is to become one, lead back to theirs. */

import { signal } from "@preact/signals";

import { t } from "../words.ts";
import type { ListName } from "./run-store.ts";

export const lastList = signal<ListName>("open");

/** Whether a list of the inbox was the last that was open, or one of expenses. */
export const cameFrom = signal<"inbox" | "expenses" | null>(null);

export const LIST_TITLES: Record<ListName, string> = {
  open: t`Inbox`,
  all: t`All receipts`,
  review: t`Needs review`,
  failed: t`Failed`,
};

/** The run that was open before the list: the focus goes back to its row. */
export const lastOpened = signal<string | null>(null);
