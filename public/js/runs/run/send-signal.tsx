/** A signal is sent to a run, with what its schema asks for. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../shell/views/expenses.ts";

import { useMemo, useState } from "preact/hooks";

import { request } from "../../api/client.ts";
import { nameOfRun } from "../../kinds.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SchemaFields } from "../../parts/schema-fields.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { refusalOf } from "../../state/refusal.ts";
import { showIfOver } from "../../state/report.ts";
import { fieldsOf, fieldText, readFields } from "../../values/schema.ts";
import { t } from "../../words.ts";
import type { Run } from "../../api.ts";
import type { Declared } from "./waits.tsx";

export function Send({
  run,
  declared: { name, payload: schema },
  onClose,
  onDone,
}: {
  run: Run;
  declared: Declared;
  onClose: () => void;
  onDone: (text: string) => void;
}) {
  const fields = useMemo(() => fieldsOf(schema), [name]);
  const [texts, setTexts] = useState(() =>
    Object.fromEntries(fields.map((field) => [field.name, fieldText(field, field.initial)])),
  );
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();

  async function send() {
    const { params: payload, problems: unread } = readFields(fields, texts);
    setProblems(unread);
    if (Object.keys(unread).length > 0) return;
    return whileBusy(async () => {
      setProblem(null);
      try {
        // Sent again after a lost answer, it is the same signal.
        const bodyOf = (key: string) => JSON.stringify({ key, payload });
        await request(
          `/api/runs/${encodeURIComponent(run.id)}/signals/${encodeURIComponent(name)}`,
          {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: bodyOf(""),
            bodyOf,
          },
        );
        onClose();
        onDone(t`The signal is sent.`);
      } catch (error) {
        if (showIfOver(error)) return;
        const refused = refusalOf(
          error,
          fields.map(({ name: each }) => each),
        );
        setProblems(refused.problems);
        setProblem(refused.problem);
      }
    });
  }

  const title = t`Send “${nameOfRun({ kind: name })}”`;
  return (
    <Dialog
      title={title}
      action="Send it"
      isBusy={isBusy}
      problem={problem}
      onClose={onClose}
      onAction={send}
    >
      <p>It is kept until the run waits for it, and counts once.</p>
      <SchemaFields fields={fields} texts={texts} problems={problems} onTexts={setTexts} />
    </Dialog>
  );
}
