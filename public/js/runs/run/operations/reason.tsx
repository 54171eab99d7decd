/** Why somebody does it, for the audit. */

import { t } from "../../../words.ts";

const SHORTEST = 3;
const NEEDED = t`Write a reason of at least ${SHORTEST} characters. It is kept in the audit.`;

/** What is wrong with a reason; empty where nothing is. */
export const problemOfReason = (reason: string) => (reason.trim().length < SHORTEST ? NEEDED : "");

export function ReasonField({
  reason,
  problem,
  area,
  onReason,
}: {
  reason: string;
  /** with it, or nothing */
  problem: string;
  /** is given the field */
  area: { current: HTMLTextAreaElement | null };
  onReason: (reason: string) => void;
}) {
  const onInput = (event: Event) => onReason((event.target as HTMLTextAreaElement).value);
  return (
    <div class="operation-reason">
      <label for="operation-reason">
        Reason <span class="quiet">(kept in the audit)</span>
      </label>
      <textarea
        id="operation-reason"
        rows={2}
        maxlength={500}
        required
        aria-describedby="operation-reason-problem"
        aria-invalid={problem !== ""}
        ref={area}
        value={reason}
        onInput={onInput}
      />
      <p class="input-problem" id="operation-reason-problem" hidden={problem === ""}>
        {problem}
      </p>
    </div>
  );
}
