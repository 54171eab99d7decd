/** The dialogue that makes a passkey; loaded only when somebody wants one. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { useState } from "preact/hooks";

import { makePasskey, PasskeyError } from "../api/passkeys.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/fields.tsx";
import { report } from "../state/report.ts";
import { nameOfThisDevice } from "../api/device.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";

export function PasskeyDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState(nameOfThisDevice);
  const [isBusy, whileBusy] = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  async function make() {
    return whileBusy(async () => {
      setProblem(null);
      try {
        await makePasskey(name.trim() || nameOfThisDevice());
        notify(t`The passkey is ready. Sign in with it from now on.`, { kind: "success" });
        onClose();
        onDone();
      } catch (error) {
        if (error instanceof PasskeyError) setProblem(error.message);
        else report(error);
      }
    });
  }
  return (
    <Dialog
      title="New passkey"
      action="Make a passkey"
      isBusy={isBusy}
      problem={problem}
      onClose={onClose}
      onAction={make}
    >
      <TextField label="Name of the new passkey" value={name} onValue={setName} maxLength={100} />
    </Dialog>
  );
}
