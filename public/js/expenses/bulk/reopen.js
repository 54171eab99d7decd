// @ts-check
/** Taking approvals back, so that what they lock can be changed. */

import { onceOnly, post } from "../../api/client.js";
import { finish } from "../sorting/acts.js";

/**
 * Take the approval of each expense back. What cannot be reopened stays approved, and the next act says so.
 *
 * @param {string[]} ids of approved expenses
 * @returns {Promise<void>}
 */
export async function reopen(ids) {
  const act = await post("/api/acts", { kind: "unapprove", ids }, { headers: onceOnly() });
  await finish(act, () => undefined);
}
