/** Voiding an expense, restoring it, sending it back to review, having looked at it. */

import { useState } from "preact/hooks";

import { post } from "../../api/client.ts";
import { TextField } from "../../parts/fields.tsx";
import { lazy } from "../../parts/lazy.ts";
import { may } from "../../state/session.ts";
import { useAsking } from "../sorting/asking.ts";
import { t } from "../../words.ts";
import type { ExpenseDetail } from "../../api/types.d.ts";

// Seldom shown, and with a part of the page that is loaded later anyway.
const Erasure = lazy(() =>
  import("../../shell/views/money.ts").then((module) => module.erasure.Erasure),
);

type Move = "void" | "restore" | "send-back" | "confirm";
type Offer = {
  move: Move;
  from: string[];
  label: string;
  send: string;
  done: string;
  wantsReason: boolean;
};

const OFFERS: Offer[] = [
  {
    move: "confirm",
    from: ["in_review"],
    label: t`Confirm`,
    send: t`Confirm`,
    done: t`Confirmed.`,
    wantsReason: false,
  },
  {
    move: "send-back",
    from: ["ready", "approved"],
    label: t`Send back to review …`,
    send: t`Send it back`,
    done: t`It is back in review.`,
    wantsReason: true,
  },
  {
    move: "void",
    from: ["ready", "in_review"],
    label: t`Void …`,
    send: t`Void the expense`,
    done: t`Voided.`,
    wantsReason: true,
  },
  {
    move: "restore",
    from: ["voided"],
    label: t`Restore`,
    send: t`Restore`,
    done: t`Restored.`,
    wantsReason: false,
  },
];

/** What a status means for the person, where that is not plain. */
const SAYS: Record<string, string> = {
  in_review: t`It was sent back. Answer what is asked, for instance in its note, then confirm it.`,
  voided: t`It counts nowhere, and is kept. Restore it to change it.`,
};

export function Moves({
  expense,
  save,
  onMoved,
}: {
  expense: ExpenseDetail;
  /** what is typed and not saved yet, such as the answer; null where it cannot be */
  save: () => Promise<ExpenseDetail | null>;
  onMoved: (fresh: ExpenseDetail, text: string) => void;
}) {
  const { id, status } = expense;
  const [open, setOpen] = useState<Offer | null>(null);
  const [reason, setReason] = useState("");
  const { isBusy, problem, fields, ask } = useAsking();
  const move = ({ move: name, done, wantsReason }: Offer) =>
    ask(async () => {
      const now = name === "confirm" ? await save() : expense;
      if (!now) return;
      const version = now.version;
      const options = { path: { expense_id: id }, headers: { "If-Match": `"${version}"` } };
      const fresh = await post(
        `/api/expenses/{expense_id}/${name}`,
        wantsReason ? { reason } : {},
        options,
      );
      setOpen(null);
      setReason("");
      onMoved(fresh, done);
    });
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (open) void move(open);
  };
  const offers = OFFERS.filter(
    ({ from }) => may("edit") && from.includes(status) && (status !== "approved" || may("approve")),
  );
  return (
    <section class="card" aria-labelledby="moves-title">
      <h2 id="moves-title">Status</h2>
      {SAYS[status] && <p>{SAYS[status]}</p>}
      {problem && !fields.reason && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <p class="form-buttons">
        {offers.map((offer) => (
          <button
            key={offer.move}
            type="button"
            class={offer.move === "confirm" ? "button primary" : "button"}
            disabled={isBusy}
            aria-expanded={offer.wantsReason ? open?.move === offer.move : undefined}
            onClick={() =>
              offer.wantsReason ? setOpen(open?.move === offer.move ? null : offer) : move(offer)
            }
          >
            {offer.label}
          </button>
        ))}
      </p>
      {open && offers.includes(open) && (
        <form class="one-field" novalidate onSubmit={onSubmit}>
          <TextField
            label="Why"
            value={reason}
            onValue={setReason}
            problem={fields.reason}
            maxLength={500}
          />
          <button type="submit" class="button danger" disabled={isBusy}>
            {open.send}
          </button>
        </form>
      )}
      {status === "voided" && may("edit") && (
        <Erasure what="receipt" target={expense.receiptId} named="this receipt">
          <p>Its document, what was read of it, this expense and its history go.</p>
          <p>Many countries ask businesses to keep receipts for six to ten years.</p>
        </Erasure>
      )}
    </section>
  );
}
