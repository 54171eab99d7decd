/** The way to a bank's own page, where a person agrees. */

import { post } from "../api/client.ts";

/** @param id of the source */
export async function goToBank(id: string) {
  const { address } = await post("/api/bank/sources/{bank_source_id}/consent", null, {
    path: { bank_source_id: id },
  });
  location.assign(address);
}
