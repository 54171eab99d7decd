/** What the run of a payout, or of a batch of them, is called: whom it pays how much. */

import { get } from "../api/client.ts";
import { money } from "../format.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { t } from "../words.ts";
import type { Payout } from "../api/types.d.ts";

/**
 * @param id of the run
 * @returns null of any other run, until it is known, and for whoever may not see payouts
 */
export function usePayoutTitle(id: string, kind: string | undefined): string | null {
  const { answer } = useRequest(
    async (signal) => {
      if (!may("ledger")) return null;
      if (kind === "payout")
        return titleOf(await get("/api/payouts/{payout_id}", { path: { payout_id: id }, signal }));
      if (kind === "payout-batch")
        return (await get("/api/payout-batches/{batch_id}", { path: { batch_id: id }, signal }))
          .name;
      return null;
    },
    [id, kind],
  );
  return answer;
}

function titleOf({ payeeName, amount, currency }: Payout) {
  const sum = money(fromMinor(amount, currency), currency);
  return t`Payout of ${sum} to ${payeeName}`;
}
