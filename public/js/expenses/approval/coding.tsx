/** The category or the client of the open expense, set from the queue. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../shell/views/expenses.ts";

import { useState } from "preact/hooks";

import { ClientTyped, idOfTyped, isOneMeant } from "../../clients/client-typed.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { categories } from "../categories.ts";
import { CategoryField } from "../category-field.tsx";
import { nameMeant } from "../../values/name-meant.ts";
import { useAsking } from "../sorting/asking.ts";
import { code } from "./decisions.ts";
import { t } from "../../words.ts";
import type { Queued } from "../../api/types.d.ts";

export default function Coding({
  expense,
  field,
  onClose,
  onDone,
}: {
  expense: Queued["expense"];
  field: "category" | "client";
  onClose: () => void;
  onDone: () => void;
}) {
  const { category, proposedCategory, clientId, client } = expense;
  const [typed, type] = useState(
    field === "category" ? (category ?? proposedCategory?.category ?? "") : (client ?? ""),
  );
  const { isBusy, problem, ask } = useAsking();
  const meant = nameMeant(typed, categories.value);
  const kept = { id: clientId, name: client };
  const isReady = field === "client" ? isOneMeant(typed, kept) : meant.several.length === 0;
  const save = () =>
    ask(async () => {
      const change =
        field === "category"
          ? { category: meant.name || null }
          : { clientId: await idOfTyped(typed, kept) };
      await code(expense, change);
      onDone();
    });
  const title = field === "category" ? t`Set the category` : t`Set the client`;
  return (
    <Dialog
      title={title}
      action={t`Set it`}
      isBusy={isBusy}
      isReady={isReady}
      problem={problem}
      onClose={onClose}
      onAction={save}
    >
      {field === "category" ? (
        <CategoryField label={t`Category`} value={typed} onValue={type} />
      ) : (
        <ClientTyped kept={kept} value={typed} onValue={type} />
      )}
    </Dialog>
  );
}
