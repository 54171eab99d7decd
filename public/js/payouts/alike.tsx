/** Payouts that one may be once more: told before it is asked for, and to whoever decides. */

import { get } from "../api/client.ts";
import { money } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { fromMinor } from "../values/amount.ts";
import type { AlikePayout } from "../api/types.d.ts";

const DAY_LENGTH = "2026-01-01".length;

export function AlikeList({ alike }: { alike: AlikePayout[] }) {
  if (alike.length === 0) return null;
  return (
    <div class="form-problem" role="status">
      <p>The same amount goes, or went, to the same payee within thirty days:</p>
      <ul>
        {alike.map(({ id, payeeName, amount, currency, reference, state, createdAt }) => (
          <li key={id}>
            <a href={`/runs/${id}`}>
              {money(fromMinor(amount, currency), currency)} to {payeeName}
            </a>
            , requested on <Day day={createdAt.slice(0, DAY_LENGTH)} />: {reference} (
            {state.replaceAll("_", " ")})
          </li>
        ))}
      </ul>
    </div>
  );
}

export function AskAnyway({
  alike,
  ...asking
}: {
  alike: AlikePayout[];
  isBusy: boolean;
  problem: string | null;
  onClose: () => void;
  onAction: () => void;
}) {
  return (
    <Dialog title="Is it the same once more?" action="Ask anyway" {...asking}>
      <AlikeList alike={alike} />
      <p>Ask anyway only if it is owed once more. Nothing is asked for yet.</p>
    </Dialog>
  );
}

/**
 * What whoever decides is told.
 *
 * of the run
 */
export function AlikeTold({ id, isBatch }: { id: string; isBatch: boolean }) {
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) =>
      isBatch
        ? (await get("/api/payout-batches/{batch_id}", { path: { batch_id: id }, signal })).alike
        : (await get("/api/payouts/{payout_id}", { path: { payout_id: id }, signal })).alike,
    [id],
  );
  if (!answer) return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  return <AlikeList alike={answer} />;
}
