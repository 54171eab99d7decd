/**
 * Deleting something for good: it is asked for, waits thirty days, and is taken back until then.
 */

import { useState } from "preact/hooks";

import { del, get, post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/fields.tsx";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { ComponentChildren } from "preact";
import type { Erasure as Deletion } from "../api/types.d.ts";

/** @param name what the account is called, where it is the account */
function ask(what: Deletion["what"], target: string, name: string): Promise<Deletion> {
  if (what === "account") return post("/api/account/erasure", { name });
  if (what === "person")
    return post("/api/people/{user_id}/erasure", null, { path: { user_id: target } });
  return post("/api/receipts/{receipt_id}/erasure", {}, { path: { receipt_id: target } });
}

export function takeBack({ what, target }: Pick<Deletion, "what" | "target">): Promise<Deletion> {
  if (what === "account") return del("/api/account/erasure");
  if (what === "person") return del("/api/people/{user_id}/erasure", { path: { user_id: target } });
  return del("/api/receipts/{receipt_id}/erasure", { path: { receipt_id: target } });
}

/** The offer to delete something for good; where that waits, to keep it. */
export function Erasure({
  what,
  target,
  named,
  children,
  onChange,
}: {
  what: Deletion["what"];
  /** its id */
  target: string;
  /** what it is called, such as "this receipt" */
  named: string;
  /** what goes, and what stays */
  children: ComponentChildren;
  onChange?: () => void;
}) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/erasures", { signal }),
    [target],
  );
  const [isAsked, setAsked] = useState(false);
  const [name, setName] = useState("");
  const asking = useAct(async () => {
    await ask(what, target, name);
    setAsked(false);
    setName("");
    again();
    onChange?.();
  });
  const keeping = useAct(async () => {
    await takeBack({ what, target });
    notify(t`It is kept.`, { kind: "success" });
    again();
    onChange?.();
  });
  const open = answer?.items.find(
    (each) => each.target === target && ["waiting", "erasing"].includes(each.status),
  );
  if (!answer) return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  if (open) {
    return (
      <>
        <p>
          It will be deleted for good on <Day day={open.dueAt.slice(0, 10)} />.
        </p>
        <Problem>{keeping.problem}</Problem>
        {open.status === "waiting" && (
          <p class="form-buttons">
            <button
              type="button"
              class="button"
              aria-label={t`Keep it: ${named}`}
              disabled={keeping.isBusy}
              onClick={keeping.act}
            >
              Keep it
            </button>
          </p>
        )}
      </>
    );
  }
  if (answer.items.some((each) => each.target === target && each.status === "erased")) {
    return <p class="quiet">It was deleted for good.</p>;
  }
  const asked = {
    title: t`Delete ${named} for good?`,
    action: t`Delete in 30 days`,
    isDanger: true,
  };
  return (
    <>
      <p class="form-buttons">
        <button
          type="button"
          class="button danger"
          aria-label={t`Delete for good: ${named}`}
          onClick={() => setAsked(true)}
        >
          Delete for good…
        </button>
      </p>
      {isAsked && (
        <Dialog
          {...asked}
          isBusy={asking.isBusy}
          problem={asking.problem}
          onClose={() => setAsked(false)}
          onAction={asking.act}
        >
          {children}
          <p>For 30 days it can be kept after all. Then nobody can bring it back.</p>
          {what === "account" && (
            <TextField label="Type in the account's name" value={name} onValue={setName} />
          )}
        </Dialog>
      )}
    </>
  );
}
