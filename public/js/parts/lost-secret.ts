/**
 * What an answer shows once is kept nowhere. Where the line broke on its way, the act is done, and
 * the same answer comes again without it.
 */

import { notify } from "../notifications/notices.ts";
import { t } from "../words.ts";

/** Say that it was done, and what to do. */
export function tellOfLostSecret() {
  notify(
    t`It is done, but the line broke before this page could show what is shown once. Make another, and end this one.`,
    { kind: "problem" },
  );
}
