/** Text that is there to be copied: an address, a secret. */

import { notify } from "../notifications/notices.ts";
import { TextField } from "./fields.tsx";
import { language, t } from "../words.ts";

/** `path` is one of this page; what is copied leads there from anywhere. */
export function LinkField({ label, path }: { label: string; path: string }) {
  return <CopyField label={label} value={new URL(path, location.origin).href} />;
}

export function CopyField({ label, value }: { label: string; value: string }) {
  // German writes nouns large within a sentence, too.
  const name = language === "en" ? label.toLowerCase() : label;
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      notify(t`The ${name} is copied.`, { kind: "success" });
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
        Copy the {name}
      </button>
    </div>
  );
}
