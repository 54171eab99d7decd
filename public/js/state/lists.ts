/** Which of the inbox's lists was open last: a receipt leads back to it. */

import { signal } from "@preact/signals";

import { t } from "../words.ts";
import type { ListName } from "./run-store.ts";

export const lastList = signal<ListName>("all");

export const LIST_TITLES: Record<ListName, string> = {
  all: t`Inbox`,
  review: t`Needs review`,
  failed: t`Failed`,
};

/** The run that was open before the list: the focus goes back to its row. */
export const lastOpened = signal<string | null>(null);
