/** Why an expense is sent back, or rejected. */

import { TextField } from "../../parts/fields.tsx";
import { useOpened } from "../../parts/opened.ts";
import { WHY_REJECTED, WHY_SENT_BACK } from "./rejecting.ts";
import { t } from "../../words.ts";
import type { Refusal } from "./rejecting.ts";

export function RefusalForm({
  refusal,
  reason,
  onReason,
  onSend,
  onCancel,
  isBusy = false,
}: {
  refusal: Refusal;
  reason: string;
  onReason: (reason: string) => void;
  onSend: () => void;
  onCancel: () => void;
  isBusy?: boolean;
}) {
  const isRejecting = refusal === "reject";
  const form = useOpened<HTMLFormElement>();
  return (
    <form
      ref={form}
      novalidate
      onSubmit={(event: Event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <TextField
        label={isRejecting ? WHY_REJECTED : WHY_SENT_BACK}
        value={reason}
        onValue={onReason}
        maxLength={500}
      />
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
