/** Voiding an expense, restoring it, sending it back to review, having looked at it. */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { TextField } from "../../parts/fields.tsx";
import { lazy } from "../../parts/lazy.ts";
import { useOpened } from "../../parts/opened.ts";
import { Problem } from "../../parts/problem.tsx";
import { useRequest } from "../../state/request.ts";
import { may, session } from "../../state/session.ts";
import { isOthers } from "../approval/rejecting.ts";
import { inTurnOfNewest } from "../in-turn.ts";
import { useAsking } from "../sorting/asking.ts";
import { t } from "../../words.ts";
import type { ExpenseChange, ExpenseDetail } from "../../api/types.d.ts";

// Seldom shown, and with a part of the page that is loaded later anyway.
const Erasure = lazy(() =>
  import("../../shell/views/settings.ts").then((module) => module.erasure.Erasure),
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

/** Voiding what is another person's is the last word on it. */
const REJECT = { label: t`Reject …`, send: t`Reject the expense`, done: t`Rejected.` };

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
  const { id, status, person, version } = expense;
  const [open, setOpen] = useState<Offer | null>(null);
  const [reason, setReason] = useState("");
  const [answer, setAnswer] = useState("");
  const { answer: changes } = useRequest(
    async (signal) => {
      if (status !== "voided" && status !== "in_review") return null;
      const path = { expense_id: id };
      return get("/api/expenses/{expense_id}/history", { path, query: { limit: 20 }, signal });
    },
    [id, version],
  );
  const newest = (...kinds: string[]) =>
    changes?.items.find(({ kind }) => kinds.includes(kind)) ?? null;
  const voiding = newest("voided");
  const asked = newest("sent_back", "rejected");
  const { isBusy, problem, fields, ask } = useAsking();
  const move = ({ move: name, done, wantsReason }: Offer) =>
    ask(async () => {
      const shown = name === "confirm" ? await save() : expense;
      if (!shown) return;
      const said = name === "confirm" ? answer.trim() || null : null;
      const fresh = await inTurnOfNewest(shown, (newest) =>
        post(
          `/api/expenses/{expense_id}/${name}`,
          { reason: wantsReason ? reason : said },
          { path: { expense_id: id }, headers: { "If-Match": `"${newest}"` } },
        ),
      );
      setOpen(null);
      setReason("");
      setAnswer("");
      onMoved(fresh, done);
    });
  const others = isOthers(expense);
  const offers = OFFERS.filter(({ move: name, from }) => {
    if (!may("edit") || !from.includes(status)) return false;
    if (status === "approved") return may("approve");
    // Stands above, where it is approved.
    if (status === "ready" && may("approve")) return name === "void" && !others;
    return name !== "restore" || may("approve") || voiding?.person?.id === session.value?.user.id;
  }).map((offer) => (offer.move === "void" && others ? { ...offer, ...REJECT } : offer));
  // A person who took their own confirmation back asked nothing.
  const isAsked = asked?.person?.id !== session.value?.user.id;
  const isAnswered = status === "in_review" && !others && isAsked;
  if (status === "ready" && offers.length === 0) return null;
  return (
    <section class="card" aria-labelledby="moves-title">
      <h2 id="moves-title">Status</h2>
      {status === "in_review" && (
        <p>
          {others && person
            ? t`It was sent back to ${person.name}, and waits for their answer.`
            : isAsked
              ? t`It was sent back. Answer what is asked, then confirm it.`
              : t`You took it back. Look at it once more, then confirm it.`}
        </p>
      )}
      {isAnswered && asked?.reason && (
        <p>
          <strong>{asked.person?.name ?? t`somebody who has left`}:</strong> {asked.reason}
        </p>
      )}
      {status === "voided" && <WhyVoided voiding={voiding} person={person} />}
      {!fields.reason && <Problem>{problem}</Problem>}
      {isAnswered && may("edit") && (
        <TextField label={t`Your answer`} value={answer} onValue={setAnswer} maxLength={500} />
      )}
      <p class="form-buttons">
        {offers.map((offer) => (
          <button
            key={offer.move}
            type="button"
            class={offer.move === "confirm" && !others ? "button primary" : "button"}
            disabled={isBusy}
            aria-expanded={offer.wantsReason ? open?.move === offer.move : undefined}
            onClick={() =>
              offer.wantsReason ? setOpen(open?.move === offer.move ? null : offer) : move(offer)
            }
          >
            {offer.move === "confirm" && isAnswered && answer.trim()
              ? t`Answer and confirm`
              : offer.label}
          </button>
        ))}
      </p>
      {open && offers.some(({ move: name }) => name === open.move) && (
        <Why
          key={open.move}
          action={open.send}
          reason={reason}
          onReason={setReason}
          problem={fields.reason}
          isBusy={isBusy}
          onSend={() => void move(open)}
        />
      )}
      {status === "voided" && may("edit") && may("read") && (
        <Erasure what="receipt" target={expense.receiptId} named="this receipt">
          <p>Its document, what was read of it, this expense and its history go.</p>
          <p>Many countries ask businesses to keep receipts for six to ten years.</p>
        </Erasure>
      )}
    </section>
  );
}

/** Asks why it is moved. */
function Why({
  action,
  reason,
  onReason,
  problem,
  isBusy,
  onSend,
}: {
  /** what the button does */
  action: string;
  reason: string;
  onReason: (reason: string) => void;
  problem: string | undefined;
  isBusy: boolean;
  onSend: () => void;
}) {
  const form = useOpened<HTMLFormElement>();
  const onSubmit = (event: Event) => {
    event.preventDefault();
    onSend();
  };
  return (
    <form class="one-field" ref={form} novalidate onSubmit={onSubmit}>
      <TextField label="Why" value={reason} onValue={onReason} problem={problem} maxLength={500} />
      <button type="submit" class="button danger" disabled={isBusy}>
        {action}
      </button>
    </form>
  );
}

/** Who voided it, and why; what is another person's was rejected by that. */
function WhyVoided({
  voiding,
  person,
}: {
  voiding: ExpenseChange | null;
  person: ExpenseDetail["person"];
}) {
  const by = voiding?.person;
  const isRejected = by && person && by.id !== person.id;
  return (
    <>
      {isRejected && (
        <p>{by.name ? t`${by.name} rejected it: ${voiding.reason ?? ""}` : t`It was rejected.`}</p>
      )}
      <p>
        {isRejected && !may("approve")
          ? t`It counts nowhere, and is kept. Somebody who can approve may restore it.`
          : t`It counts nowhere, and is kept. Restore it to change it.`}
      </p>
    </>
  );
}
