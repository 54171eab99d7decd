/** Changes by which one person could pay alone: they wait for a second one. */

import { get, post } from "../api/client.ts";
import { Moment } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { PayoutChange } from "../api/types.d.ts";

/** `asOf`: how often something was asked for since */
export function Changes({ asOf, onDecided }: { asOf: number; onDecided: () => void }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/payout-changes", { query: { waiting: true }, signal }),
    [asOf],
  );
  const decided = () => {
    again();
    onDecided();
  };
  if (!problem && !answer?.items.length) return null;
  return (
    <section class="card" aria-labelledby="changes-title">
      <h2 id="changes-title">Waits for a second person</h2>
      <p class="quiet">
        With these, one person could pay alone. Somebody who may approve, and has not asked for it,
        confirms them. Where there is nobody else, they take effect by themselves.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines" aria-label="Waiting changes">
        {answer?.items.map((each) => (
          <Change key={each.id} change={each} onDecided={decided} />
        ))}
      </ul>
    </section>
  );
}

function Change({ change, onDecided }: { change: PayoutChange; onDecided: () => void }) {
  const { id, says, createdAt, takesEffectAt } = change;
  const path = { path: { change_id: id } };
  const confirming = useAct(async () => {
    await post("/api/payout-changes/{change_id}/decision", { decision: "confirm" }, path);
    onDecided();
  });
  const rejecting = useAct(async () => {
    await post("/api/payout-changes/{change_id}/decision", { decision: "reject" }, path);
    onDecided();
  });
  const problem = confirming.problem ?? rejecting.problem;
  const isBusy = confirming.isBusy || rejecting.isBusy;
  const until = takesEffectAt ? (
    <>
      takes effect <Moment at={takesEffectAt} />, since nobody else may confirm it
    </>
  ) : (
    t`until somebody else confirms it`
  );
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{says}</span>
        <span class="line-note">
          Asked for <Moment at={createdAt} /> · {until}
        </span>
        <Problem>{problem}</Problem>
        {may("approve") && (
          <span class="line-actions">
            <button
              type="button"
              class="button small"
              aria-label={t`Confirm: ${says}`}
              disabled={isBusy}
              onClick={confirming.act}
            >
              Confirm
            </button>
            <button
              type="button"
              class="button small danger"
              aria-label={t`Reject: ${says}`}
              disabled={isBusy}
              onClick={rejecting.act}
            >
              Reject
            </button>
          </span>
        )}
      </div>
    </li>
  );
}
