/** A view of the table is saved under a name, shared, or deleted. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../shell/views/expenses.ts";

import { useState } from "preact/hooks";

import { del, patch, post } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/fields.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { sentenceOf } from "../../state/request.ts";
import { t } from "../../words.ts";
import type { View } from "../../api/types.d.ts";
import type { Asked } from "../asked.ts";

export function ViewDialog({
  view,
  asked,
  sort = "-date",
  onClose,
  onDone,
}: {
  view: View | null;
  asked: Asked;
  sort?: string | undefined;
  onClose: () => void;
  /** null where it was deleted */
  onDone: (view: View | null) => void;
}) {
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, share] = useState(view?.isShared ?? false);
  const [isBusy, whileBusy] = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  async function doIt(ask: () => Promise<View | null>) {
    return whileBusy(async () => {
      try {
        onDone(await ask());
      } catch (error) {
        setProblem(problemOf(error));
      }
    });
  }
  const { sort: _, ...filter } = asked;
  const path = { view_id: view?.id ?? "" };
  const keep = () =>
    doIt(() =>
      view
        ? patch("/api/expense-views/{view_id}", { name, isShared }, { path })
        : post("/api/expense-views", { name, filter, sort, isShared }),
    );
  const remove = () => doIt(() => del("/api/expense-views/{view_id}", { path }).then(() => null));
  const onShare = (event: Event) => share((event.target as HTMLInputElement).checked);
  return (
    <Dialog
      title={view ? t`Change this view` : t`Save as a view`}
      action={t`Save`}
      isBusy={isBusy}
      problem={problem}
      onClose={onClose}
      onAction={keep}
    >
      <TextField label="Name" value={name} onValue={setName} required maxLength={80} />
      <label class="check">
        <input type="checkbox" checked={isShared} onChange={onShare} /> Everybody in the account
        sees it
      </label>
      {view && (
        <button type="button" class="button small danger" disabled={isBusy} onClick={remove}>
          Delete this view
        </button>
      )}
    </Dialog>
  );
}

function problemOf(error: unknown) {
  const fields = (error as { fieldErrors?: { message: string }[] }).fieldErrors ?? [];
  return fields[0]?.message ?? sentenceOf(error);
}
