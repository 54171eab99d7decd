/** Text that is there to be copied: an address, a secret. */

import { notify } from "../notifications/notices.ts";
import { TextField } from "./fields.tsx";
import { t } from "../words.ts";

export function CopyField({ label, value }: { label: string; value: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      notify(t`The ${label.toLowerCase()} is copied.`, { kind: "success" });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      notify(t`The browser does not let the page copy. Select it, and copy it.`, {
        kind: "problem",
      });
    }
  }
  const select = (event: FocusEvent) => (event.target as HTMLInputElement).select();
  const attributes = { readOnly: true, onFocus: select };
  return (
    <div class="copied">
      <TextField label={label} value={value} onValue={() => {}} attributes={attributes} />
      <button type="button" class="button" onClick={copy}>
        Copy the {label.toLowerCase()}
      </button>
    </div>
  );
}
