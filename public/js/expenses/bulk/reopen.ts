/** Taking approvals back, so that what they lock can be changed. */

import { post } from "../../api/client.ts";
import { finish } from "../sorting/acts.tsx";

/**
 * Take the approval of each expense back. What cannot be reopened stays approved, and the next act
 * says so.
 *
 * @param ids of approved expenses
 */
export async function reopen(ids: string[]): Promise<void> {
  const act = await post("/api/acts", { kind: "unapprove", ids });
  await finish(act, () => undefined);
}
