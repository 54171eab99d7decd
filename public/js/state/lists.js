// @ts-check
/** Which of the inbox's lists was open last: a receipt leads back to it. */

import { signal } from "@preact/signals";

import { t } from "../words.js";

/** @import { ListName } from "./run-store.js" */

export const lastList = signal(/** @type {ListName} */ ("all"));

/** @type {Record<ListName, string>} */
export const LIST_TITLES = { all: t`Inbox`, review: t`Needs review`, failed: t`Failed` };

/** The run that was open before the list: the focus goes back to its row. */
export const lastOpened = signal(/** @type {string | null} */ (null));
