/** The way to a bank's own page, where a person agrees. */

import { post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { t } from "../words.ts";

/** @param id of the source */
export async function goToBank(id: string) {
  const { address } = await post("/api/bank/sources/{bank_source_id}/consent", null, {
    path: { bank_source_id: id },
  });
  if (address === null) {
    notify(t`The address was shown before, and is not kept. Begin again.`, { kind: "problem" });
    return;
  }
  location.assign(address);
}
