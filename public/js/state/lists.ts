/** Which of the inbox's lists was open last: a receipt leads back to it. */

import { signal } from "@preact/signals";

import { t } from "../words.ts";
import type { ListName } from "./run-store.ts";

export const lastList = signal<ListName>("open");

export const LIST_TITLES: Record<ListName, string> = {
  open: t`Inbox`,
  all: t`All receipts`,
  review: t`Needs review`,
  failed: t`Failed`,
};

/** The run that was open before the list: the focus goes back to its row. */
export const lastOpened = signal<string | null>(null);
