/** What runs of some kinds are told in beside the words of all. */

import { t } from "../../../words.ts";

/** What runs of a kind are told in, where that is not what any run is told in. */
export interface KindWords {
  /** by their names */
  steps?: Record<string, string>;
  /** by the audit's names */
  acts?: Record<string, string>;
  /** what is safe to do, by its code */
  next?: Record<string, string>;
  /** what each does, by its name */
  operations?: Record<string, string>;
}

/** What a receipt is told in, where any run is told in less. */
export const WORDS_OF_KINDS: Record<string, KindWords> = {
  receipt: {
    steps: {
      "ocr-extract": t`Read the text`,
      "parse-structured": t`Understand it`,
      "persist-db": t`Save the expense`,
      "notify-user": t`Notify people`,
    },
    acts: { "run.created": t`Uploaded` },
    next: {
      review: t`A person decides: check the values, then approve or reject.`,
      resend_notification: t`The expense is saved. Only notifying people or another system of it
        failed; doing that again is safe.`,
      upload_again: t`If that was a mistake, upload the receipt again.`,
    },
    operations: {
      abandon: t`What was done so far is undone, and no expense is made. This cannot be taken back.`,
      cancel: t`It ends before its next step, and what was done so far is undone. This cannot be taken back.`,
    },
  },
};
