/** Payouts: what is owed to people, what waits for the bank, and what was paid. */

import { useEffect, useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { money } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/fields.tsx";
import { lazy } from "../parts/lazy.ts";
import { PagedList } from "../parts/list.tsx";
import { useAct } from "../parts/use-act.ts";
import { Moment, Money } from "../parts/values.tsx";
import { View } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { Ask } from "./ask.tsx";
import { AskForBatch, Batches } from "./batches.tsx";
import { Changes } from "./changes.tsx";
import { Decide } from "./decide.tsx";
import { canSayWhatBankDid, doubtIn } from "./doubt.ts";
import { Files } from "./files.tsx";
import { OwedToPeople } from "./owed.tsx";
import { canSettle, Settle } from "./settle.tsx";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { Payout } from "../api/types.d.ts";

const SayWhatBankDid = lazy(() =>
  import("../shell/views/money.ts").then((module) => module.paymentDoubt.SayWhatBankDid),
);

const PAGE = 50;
const LOOKS_AGAIN_MS = 3000;
const WAITS = "awaiting_approval";
const NOT_UNDONE = t`was to be undone, and is not: the payment may have left. Do not ask anew; see what happened`;
/** Of payouts for which nobody has made a file, by the state of the run. */
const WITHOUT_FILE: Record<string, string> = {
  unsettled: t`waits for a file for the bank`,
  unheard_look_up_failed: t`waited for long for a file for the bank; when the bank has answered, retry the run`,
};
const WITHOUT_PAYEE = t`waits for a file for the bank, and its payee was archived: make the file
  to pay it all the same, or cancel it`;
const BY_HAND = "settled_by_hand";
const TAKEN_BACK = "taken_back";
const SAID_BY_STATE = [TAKEN_BACK, "unproven"];
const UNDONE = t`was recorded as paid by hand, and that was taken back; its expenses are owed again`;
const CAME_LATE = t`was paid, and came back later: the money is in the company's account again, and the books say so`;
const UNPROVEN = t`was paid by an entry of the bank whose match was undone: nobody says any more that it has left`;
/** Where the money is of what was to be undone, when its payment had left before. */
const LEFT: Record<string, string> = {
  reversed: t`failed, but the payment had left: it is paid, and in the books`,
  cancelled: t`was stopped, but the payment had left before: it is paid, and in the books`,
  abandoned: t`was given up, but the payment had left before: it is paid, and in the books`,
};
/** A file was made; nobody knows whether the bank has it. */
const IN_FILE = t`in a file for the bank, not confirmed`;
/** Where the money is, by the state of the run. */
const WHERE: Record<string, string> = {
  awaiting_approval: t`waits for somebody else's approval; nothing is paid`,
  unsettled: t`sent to the bank, not confirmed`,
  paid: t`paid, and in the books`,
  came_back: t`came back to the company's account`,
  reversed: t`was refused by the provider; the money stays with the company`,
  uncovered: t`is more than the company's account holds; nothing was paid`,
  declined: t`was not approved; nothing was paid`,
  payee_archived: t`was not paid: its payee was archived before`,
  cancelled: t`was stopped; the money stays with the company`,
  abandoned: t`was given up; the money stays with the company`,
  unheard_look_up_failed: t`is on its way for long: ask the bank, then retry the run, which looks again`,
  settled_record_failed: t`paid; retry the run, which only writes the books`,
  bounced_reverse_failed: t`came back; retry the run, which only writes the books`,
};

export default function Payouts() {
  const payouts = usePages(
    (cursor, signal) => get("/api/payouts", { query: { limit: PAGE, cursor }, signal }),
    [],
  );
  const [decided, decide] = useState<Payout | null>(null);
  const [settled, settle] = useState<Payout | null>(null);
  const [undone, undo] = useState<Payout | null>(null);
  const [doubted, clearUp] = useState<Payout | null>(null);
  const [refreshed, refresh] = useState(0);
  // What waits for a file, and what is owed, changes with these.
  const asOf =
    payouts.items
      .map(
        ({ id, state, paymentStatus, paymentDoubt, waitsForFile, payeeArchivedAt }) =>
          `${id} ${state} ${paymentStatus} ${paymentDoubt} ${waitsForFile} ${payeeArchivedAt}`,
      )
      .join() + refreshed;
  const empty = <p class="quiet">Nobody was paid yet.</p>;
  const acts = {
    onDecide: decide,
    onSettle: settle,
    onUndo: undo,
    onClearUp: clearUp,
    onChanged: payouts.again,
  };
  const row = (payout: Payout) => <PayoutLine key={payout.id} payout={payout} {...acts} />;
  const isGoing = payouts.items.some(
    ({ status, waitsForFile }) => status === "processing" && !waitsForFile,
  );
  useEffect(() => {
    if (!isGoing) return undefined;
    const timer = setTimeout(payouts.again, LOOKS_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [asOf, isGoing]);
  const actions = (
    <button
      type="button"
      class="button"
      onClick={() => {
        payouts.again();
        refresh(refreshed + 1);
      }}
    >
      Refresh
    </button>
  );
  return (
    <View title="Payouts" actions={actions}>
      <OwedToPeople asOf={asOf} onPaid={payouts.again} />
      <Changes asOf={0} onDecided={payouts.again} />
      <Files asOf={asOf} onChanged={payouts.again} />
      <Batches asOf={asOf} />
      <section aria-labelledby="payouts-title">
        <h2 id="payouts-title">History</h2>
        <PagedList pages={payouts} label="Payouts" row={row} empty={empty} />
      </section>
      {may("pay") && <PayOthers onAsked={payouts.again} />}
      {decided && (
        <Decide
          payout={decided}
          onClose={() => decide(null)}
          onDecided={() => {
            decide(null);
            payouts.again();
          }}
        />
      )}
      {settled && (
        <Settle
          payout={settled}
          onClose={() => settle(null)}
          onSettled={() => {
            settle(null);
            payouts.again();
          }}
        />
      )}
      {doubted && (
        <SayWhatBankDid
          payout={doubted}
          onClose={() => clearUp(null)}
          onSaid={() => {
            clearUp(null);
            payouts.again();
          }}
        />
      )}
      {undone && (
        <Undo
          payout={undone}
          onClose={() => undo(null)}
          onDone={() => {
            undo(null);
            payouts.again();
          }}
        />
      )}
    </View>
  );
}

/** Payees who are owed nothing by expenses: one payout, or many by a file of a spreadsheet. */
function PayOthers({ onAsked }: { onAsked: () => void }) {
  const payees = useRequest(
    async (signal) => (await get("/api/payees", { query: { limit: PAGE }, signal })).items,
    [],
  );
  return (
    <details class="card">
      <summary>Pay somebody else</summary>
      <Ask
        payees={(payees.answer ?? []).filter(({ paidBy }) => paidBy !== "hand")}
        onAsked={onAsked}
      />
      <AskForBatch onAsked={onAsked} />
    </details>
  );
}

function where(payout: Payout) {
  return doubtIn(payout) ?? standing(payout);
}

function standing({
  state,
  status,
  failureClass,
  paymentStatus,
  paymentReason,
  waitsForFile,
  payeeArchivedAt,
  paidBy,
}: Payout) {
  if (failureClass === "rollback_failed") return NOT_UNDONE;
  if (paymentReason === TAKEN_BACK) return UNDONE;
  if (state === "paid" && paymentStatus === "processing") return UNPROVEN;
  if (state === "paid" && paymentStatus !== "posted" && paymentStatus !== null) return CAME_LATE;
  if (waitsForFile) return payeeArchivedAt ? WITHOUT_PAYEE : WITHOUT_FILE[state];
  if (state === WAITS && payeeArchivedAt)
    return t`waits for approval, and its payee was archived: it is not paid, whatever is decided`;
  if (paidBy === "file" && state === "unsettled") return IN_FILE;
  const left = paymentStatus === "posted" ? LEFT[state] : null;
  return (
    left ??
    WHERE[state] ??
    (status === "failed"
      ? t`could not go on`
      : paidBy === "hand"
        ? t`is being recorded as paid`
        : t`is being prepared`)
  );
}

/** How much has left, where matched entries do not come to the whole amount. */
function partOf({ amountLeft, amount, currency }: Payout) {
  if (amountLeft <= 0 || amountLeft >= amount) return "";
  const part = money(fromMinor(amountLeft, currency), currency);
  const whole = money(fromMinor(amount, currency), currency);
  return ` · ${t`${part} of ${whole} has left`}`;
}

function PayoutLine({
  payout,
  onDecide,
  onSettle,
  onUndo,
  onClearUp,
  onChanged,
}: {
  payout: Payout;
  onDecide: (payout: Payout) => void;
  onSettle: (payout: Payout) => void;
  onUndo: (payout: Payout) => void;
  onClearUp: (payout: Payout) => void;
  onChanged: () => void;
}) {
  const {
    id,
    payeeName,
    currency,
    amount,
    reference,
    state,
    paymentReason,
    createdAt,
    waitsForFile,
    payeeArchivedAt,
    paidBy,
  } = payout;
  const name = `${payeeName}, ${reference}`;
  const reason =
    paymentReason === BY_HAND
      ? t` (somebody has said so, who asked the bank)`
      : paymentReason && !SAID_BY_STATE.includes(paymentReason)
        ? ` (${paymentReason.replaceAll("_", " ")})`
        : "";
  const making = useAct(async () => {
    await post("/api/payment-files", { alsoArchived: payeeArchivedAt ? [id] : [] });
    onChanged();
  });
  const isUndoable = paidBy === "hand" && state === "paid" && payout.paymentStatus === "posted";
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">
          {payeeName} · <Money amount={fromMinor(amount, currency)} currency={currency} />
        </span>
        <span class="line-note">
          {reference} · <Moment at={createdAt} /> · {where(payout)}
          {reason}
          {partOf(payout)}
        </span>
        <span class="line-actions">
          {state === WAITS && may("approve") && (
            <button
              type="button"
              class="button small"
              aria-label={t`Decide: ${name}`}
              onClick={() => onDecide(payout)}
            >
              Decide…
            </button>
          )}
          {waitsForFile && may("pay") && (
            <button
              type="button"
              class="button small"
              aria-label={t`Make the file: ${name}`}
              disabled={making.isBusy}
              onClick={making.act}
            >
              Make the file
            </button>
          )}
          {canSettle(payout) && (
            <button
              type="button"
              class="button small"
              aria-label={t`Say what became of it: ${name}`}
              onClick={() => onSettle(payout)}
            >
              What became of it…
            </button>
          )}
          {canSayWhatBankDid(payout) && (
            <button
              type="button"
              class="button small"
              aria-label={t`Say what the bank did: ${name}`}
              onClick={() => onClearUp(payout)}
            >
              What did the bank do…
            </button>
          )}
          {isUndoable && may("pay") && (
            <button
              type="button"
              class="button small"
              aria-label={t`Undo: ${name}`}
              onClick={() => onUndo(payout)}
            >
              Undo…
            </button>
          )}
          <a class="button small" href={`/runs/${id}`} aria-label={t`Details: ${name}`}>
            Details
          </a>
        </span>
      </div>
      <Problem>{making.problem}</Problem>
    </li>
  );
}

/** Taking back that it was paid by hand. */
function Undo({
  payout: { id, payeeName, amount, currency },
  onClose,
  onDone,
}: {
  payout: Payout;
  onClose: () => void;
  onDone: () => void;
}) {
  const [reason, setReason] = useState("");
  const undoing = useAct(async () => {
    await post(
      "/api/payouts/{payout_id}/undo",
      { reason: reason.trim() },
      { path: { payout_id: id } },
    );
    onDone();
  });
  const sum = money(fromMinor(amount, currency), currency);
  const asked = {
    title: t`Was it not paid?`,
    action: t`Undo the payment`,
    isDanger: true,
    isBusy: undoing.isBusy,
  };
  return (
    <Dialog {...asked} problem={undoing.problem} onClose={onClose} onAction={undoing.act}>
      <p>{t`${sum} to ${payeeName} was recorded as paid by hand. The books reverse it, and the
        expenses are owed again.`}</p>
      <TextField
        label={t`Reason`}
        value={reason}
        onValue={setReason}
        maxLength={500}
        hint={t`For the history`}
      />
    </Dialog>
  );
}
