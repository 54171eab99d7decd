/** Who approves an expense, one after the other: who did, and whom it waits for. */

import { Moment } from "../../parts/values.tsx";
import type { ApprovalChain, ApprovalStep } from "../../api/types.d.ts";

export function ChainSteps({ chain }: { chain: ApprovalChain | null }) {
  if (!chain) return null;
  return (
    <>
      <ol class="chain" aria-label="Who approves it">
        {chain.steps.map((step, number) => (
          <li key={number} class={stateOf(chain, number)}>
            <Step chain={chain} step={step} isNow={number === chain.current} />
          </li>
        ))}
      </ol>
      {chain.forPerson && <p class="quiet">You decide in place of {chain.forPerson}.</p>}
      {chain.current !== null && chain.waitsFor.length === 0 && (
        <p class="form-problem">Nobody else may approve it. An owner has to give it to somebody.</p>
      )}
      {chain.fell && (
        <p class="quiet">The person of this step cannot decide, so it waits for an owner.</p>
      )}
    </>
  );
}

function stateOf(chain: ApprovalChain, number: number) {
  if (chain.steps[number]?.approvedBy) return "is-done";
  return number === chain.current ? "is-now" : "";
}

function Step({
  chain,
  step,
  isNow,
}: {
  chain: ApprovalChain;
  step: ApprovalStep;
  isNow: boolean;
}) {
  if (step.approvedBy && step.at) {
    return step.inPlaceOf ? (
      <span>
        {step.approvedBy} approved for {step.inPlaceOf}, <Moment at={step.at} />
      </span>
    ) : (
      <span>
        {step.approvedBy} approved, <Moment at={step.at} />
      </span>
    );
  }
  if (isNow && chain.isMine) return <span>It waits for you</span>;
  return isNow ? <span>It waits for {step.waitsFor}</span> : <span>Then {step.waitsFor}</span>;
}
