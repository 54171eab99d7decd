/** What days that are closed say of what came since. */

import { counted } from "../format.ts";
import { t } from "../words.ts";

/** What came or changed after days were closed, and whether an export has it. */
export function sinceInWords(late: number, unexported: number) {
  if (unexported === 0) return t`${counted(late, "expense")} came or changed since: exported`;
  if (unexported === late)
    return t`${counted(late, "expense")} came or changed since, for the next export of only what is new`;
  return t`${counted(late, "expense")} came or changed since, ${unexported} of them in no export yet`;
}
