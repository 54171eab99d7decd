// @ts-check
/** What the run of a payout, or of a batch of them, is called: whom it pays how much. */

import { get } from "../api/client.js";
import { money } from "../format.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { fromMinor } from "../values/amount.js";
import { t } from "../words.js";

/**
 * @param {string} id of the run
 * @param {string | undefined} kind
 * @returns {string | null} null of any other run, until it is known, and for whoever may not see payouts
 */
export function usePayoutTitle(id, kind) {
  const { answer } = useRequest(
    async (signal) => {
      if (!may("ledger")) return null;
      if (kind === "payout") return titleOf(await get("/api/payouts/{payout_id}", { path: { payout_id: id }, signal }));
      if (kind === "payout-batch") return (await get("/api/payout-batches/{batch_id}", { path: { batch_id: id }, signal })).name;
      return null;
    },
    [id, kind],
  );
  return answer;
}

/** @param {import("../api/types.js").Payout} payout */
function titleOf({ payeeName, amount, currency }) {
  const sum = money(fromMinor(amount, currency), currency);
  return t`Payout of ${sum} to ${payeeName}`;
}
