/** Categories proposed from what people chose before, above the list of expenses. */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { ActResult } from "./acts.tsx";
import { useAsking } from "./asking.ts";
import { t } from "../../words.ts";
import { Problem } from "../../parts/problem.tsx";
import type { ActSummary, Proposal } from "../../api/types.d.ts";

/**
 * The first proposal that nobody has answered.
 *
 * `onDone`: expenses were changed
 */
export function Proposals({ onDone = () => undefined }: { onDone?: () => void }) {
  const { answer, again } = useRequest(
    async (signal) => (may("sort") ? get("/api/proposals", { signal }) : null),
    [],
  );
  const [act, setAct] = useState<ActSummary | null>(null);
  const { isBusy, problem, ask } = useAsking();
  const proposal = answer?.items[0];
  const renew = () => {
    again();
    onDone();
  };
  const take = ({ merchant, category }: Proposal, always: boolean) =>
    ask(async () => {
      setAct(await post("/api/proposals/apply", { merchant, category, always }));
      again();
    });
  const dismiss = ({ merchant, category }: Proposal) =>
    ask(async () => {
      await post("/api/proposals/dismiss", { merchant, category });
      again();
    });
  return (
    <>
      {act && <ActResult act={act} onDone={renew} />}
      {proposal && may("sort") && (
        <section class="card proposal" aria-label="Proposal">
          <p>
            {proposal.times === proposal.of
              ? t`${proposal.merchant} is always `
              : t`${proposal.merchant} is mostly `}
            <strong>{proposal.category}</strong>
            {t` (${proposal.times} of ${proposal.of}). `}
            {proposal.waiting === 1
              ? t`Apply it to the other one?`
              : t`Apply it to the ${proposal.waiting} others?`}
          </p>
          <Problem>{problem}</Problem>
          <p class="form-buttons">
            <button
              type="button"
              class="button primary"
              disabled={isBusy}
              onClick={() => take(proposal, false)}
            >
              Apply
            </button>
            <button
              type="button"
              class="button"
              disabled={isBusy}
              onClick={() => take(proposal, true)}
            >
              Apply, and always from now on
            </button>
            <button
              type="button"
              class="button"
              disabled={isBusy}
              onClick={() => dismiss(proposal)}
            >
              Do not ask again
            </button>
          </p>
        </section>
      )}
    </>
  );
}
