/** Why an expense is sent back, or rejected. */

import { TextField } from "../../parts/fields.tsx";
import { WHY_REJECTED, WHY_SENT_BACK } from "./rejecting.ts";
import { t } from "../../words.ts";
import type { Ref } from "preact";
import type { Refusal } from "./rejecting.ts";

/** @param props.field where the reason is typed, to be focused */
export function RefusalForm({
  refusal,
  reason,
  onReason,
  onSend,
  onCancel,
  isBusy = false,
  field = null,
}: {
  refusal: Refusal;
  reason: string;
  onReason: (reason: string) => void;
  onSend: () => void;
  onCancel: () => void;
  isBusy?: boolean;
  field?: Ref<HTMLDivElement> | null;
}) {
  const isRejecting = refusal === "reject";
  return (
    <form
      novalidate
      onSubmit={(event: Event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <div ref={field}>
        <TextField
          label={isRejecting ? WHY_REJECTED : WHY_SENT_BACK}
          value={reason}
          onValue={onReason}
          maxLength={500}
        />
      </div>
      <p class="form-buttons">
        <button type="submit" class="button danger" disabled={isBusy || !reason.trim()}>
          {isRejecting ? t`Reject the expense` : t`Send back`}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}
