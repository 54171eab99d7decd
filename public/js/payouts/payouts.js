// @ts-check
/** Payouts: what is owed to people, what waits for the bank, and what was paid. */

import { useEffect, useState } from "preact/hooks";

import { get, post } from "../api/client.js";
import { money } from "../format.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { PagedList } from "../parts/list.js";
import { useAct } from "../parts/use-act.js";
import { Moment, Money } from "../parts/values.js";
import { View } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { fromMinor } from "../values/amount.js";
import { Ask } from "./ask.js";
import { AskForBatch, Batches } from "./batches.js";
import { Changes } from "./changes.js";
import { Decide } from "./decide.js";
import { Files } from "./files.js";
import { OwedToPeople } from "./owed.js";
import { canSettle, Settle } from "./settle.js";
import { html, t } from "../words.js";

/** @import { Payout } from "../api/types.js" */

const PAGE = 50;
const LOOKS_AGAIN_MS = 3000;
const WAITS = "awaiting_approval";
const NOT_UNDONE = t`was to be undone, and is not: the payment may have left. Do not ask anew; see what happened`;
/** Of payouts for which nobody has made a file, by the state of the run. @type {Record<string, string>} */
const WITHOUT_FILE = {
  unsettled: t`waits for a file for the bank`,
  unheard_look_up_failed: t`waited for long for a file for the bank; when the bank has answered, retry the run`,
};
const WITHOUT_PAYEE = t`waits for a file for the bank, and its payee was archived: make the file to pay it all the same, or cancel it`;
const BY_HAND = "settled_by_hand";
const TAKEN_BACK = "taken_back";
const SAID_BY_STATE = [TAKEN_BACK, "unproven"];
const UNDONE = t`was recorded as paid by hand, and that was taken back; its expenses are owed again`;
const CAME_LATE = t`was paid, and came back later: the money is in the company's account again, and the books say so`;
const UNPROVEN = t`was paid by an entry of the bank whose match was undone: nobody says any more that it has left`;
/** Where the money is of what was to be undone, when its payment had left before. @type {Record<string, string>} */
const LEFT = {
  reversed: t`failed, but the payment had left: it is paid, and in the books`,
  cancelled: t`was stopped, but the payment had left before: it is paid, and in the books`,
  abandoned: t`was given up, but the payment had left before: it is paid, and in the books`,
};
/** Where the money is, by the state of the run. @type {Record<string, string>} */
const WHERE = {
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
  const [decided, decide] = useState(/** @type {Payout | null} */ (null));
  const [settled, settle] = useState(/** @type {Payout | null} */ (null));
  const [undone, undo] = useState(/** @type {Payout | null} */ (null));
  const [refreshed, refresh] = useState(0);
  // What waits for a file, and what is owed, changes with these.
  const asOf = payouts.items.map(({ id, state, paymentStatus, waitsForFile, payeeArchivedAt }) => `${id} ${state} ${paymentStatus} ${waitsForFile} ${payeeArchivedAt}`).join() + refreshed;
  const empty = html`<p class="quiet">Nobody was paid yet.</p>`;
  const acts = { onDecide: decide, onSettle: settle, onUndo: undo, onChanged: payouts.again };
  const row = (/** @type {Payout} */ payout) => html`<${PayoutLine} key=${payout.id} payout=${payout} ...${acts} />`;
  const isGoing = payouts.items.some(({ status, waitsForFile }) => status === "processing" && !waitsForFile);
  useEffect(() => {
    if (!isGoing) return undefined;
    const timer = setTimeout(payouts.again, LOOKS_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [asOf, isGoing]);
  const actions = html`<button type="button" class="button" onClick=${() => (payouts.again(), refresh(refreshed + 1))}>Refresh</button>`;
  return html`
    <${View} title="Payouts" actions=${actions}>
      <${OwedToPeople} asOf=${asOf} onPaid=${payouts.again} />
      <${Changes} asOf=${0} onDecided=${payouts.again} />
      <${Files} asOf=${asOf} onChanged=${payouts.again} />
      <${Batches} asOf=${asOf} />
      <section aria-labelledby="payouts-title">
        <h2 id="payouts-title">History</h2>
        <${PagedList} pages=${payouts} label="Payouts" row=${row} empty=${empty} />
      </section>
      ${may("pay") && html`<${PayOthers} onAsked=${payouts.again} />`}
      ${decided && html`<${Decide} payout=${decided} onClose=${() => decide(null)} onDecided=${() => (decide(null), payouts.again())} />`}
      ${settled && html`<${Settle} payout=${settled} onClose=${() => settle(null)} onSettled=${() => (settle(null), payouts.again())} />`}
      ${undone && html`<${Undo} payout=${undone} onClose=${() => undo(null)} onDone=${() => (undo(null), payouts.again())} />`}
    <//>
  `;
}

/** Payees who are owed nothing by expenses: one payout, or many by a file of a spreadsheet. @param {{ onAsked: () => void }} props */
function PayOthers({ onAsked }) {
  const payees = useRequest(async (signal) => (await get("/api/payees", { query: { limit: PAGE }, signal })).items, []);
  return html`
    <details class="card">
      <summary>Pay somebody else</summary>
      <${Ask} payees=${(payees.answer ?? []).filter(({ paidBy }) => paidBy !== "hand")} onAsked=${onAsked} />
      <${AskForBatch} onAsked=${onAsked} />
    </details>
  `;
}

/** @param {Payout} payout */
function where({ state, status, failureClass, paymentStatus, paymentReason, waitsForFile, payeeArchivedAt, paidBy }) {
  if (failureClass === "rollback_failed") return NOT_UNDONE;
  if (paymentReason === TAKEN_BACK) return UNDONE;
  if (state === "paid" && paymentStatus === "processing") return UNPROVEN;
  if (state === "paid" && paymentStatus !== "posted" && paymentStatus !== null) return CAME_LATE;
  if (waitsForFile) return payeeArchivedAt ? WITHOUT_PAYEE : WITHOUT_FILE[state];
  if (state === WAITS && payeeArchivedAt) return t`waits for approval, and its payee was archived: it is not paid, whatever is decided`;
  const left = paymentStatus === "posted" ? LEFT[state] : null;
  return left ?? WHERE[state] ?? (status === "failed" ? t`could not go on` : paidBy === "hand" ? t`is being recorded as paid` : t`is being prepared`);
}

/** How much has left, where matched entries do not come to the whole amount. @param {Payout} payout */
function partOf({ amountLeft, amount, currency }) {
  if (amountLeft <= 0 || amountLeft >= amount) return "";
  const part = money(fromMinor(amountLeft, currency), currency);
  const whole = money(fromMinor(amount, currency), currency);
  return ` · ${t`${part} of ${whole} has left`}`;
}

/**
 * @param {object} props
 * @param {Payout} props.payout
 * @param {(payout: Payout) => void} props.onDecide
 * @param {(payout: Payout) => void} props.onSettle
 * @param {(payout: Payout) => void} props.onUndo
 * @param {() => void} props.onChanged
 */
function PayoutLine({ payout, onDecide, onSettle, onUndo, onChanged }) {
  const { id, payeeName, currency, amount, reference, state, paymentReason, createdAt, waitsForFile, payeeArchivedAt, paidBy } = payout;
  const name = `${payeeName}, ${reference}`;
  const reason =
    paymentReason === BY_HAND ? t` (somebody has said so, who asked the bank)` : paymentReason && !SAID_BY_STATE.includes(paymentReason) ? ` (${paymentReason.replaceAll("_", " ")})` : "";
  const making = useAct(async () => {
    await post("/api/payment-files", { alsoArchived: payeeArchivedAt ? [id] : [] });
    onChanged();
  });
  const isUndoable = paidBy === "hand" && state === "paid" && payout.paymentStatus === "posted";
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${payeeName} · <${Money} amount=${fromMinor(amount, currency)} currency=${currency} /></span>
        <span class="line-note">
          ${reference} · <${Moment} at=${createdAt} /> · ${where(payout)}${reason}${partOf(payout)}
        </span>
        <span class="line-actions">
          ${state === WAITS &&
          may("approve") &&
          html`<button type="button" class="button small" aria-label=${t`Decide: ${name}`} onClick=${() => onDecide(payout)}>Decide…</button>`}
          ${waitsForFile &&
          may("pay") &&
          html`<button type="button" class="button small" aria-label=${t`Make the file: ${name}`} disabled=${making.isBusy} onClick=${making.act}>Make the file</button>`}
          ${canSettle(payout) && html`<button type="button" class="button small" aria-label=${t`Say what became of it: ${name}`} onClick=${() => onSettle(payout)}>What became of it…</button>`}
          ${isUndoable && may("pay") && html`<button type="button" class="button small" aria-label=${t`Undo: ${name}`} onClick=${() => onUndo(payout)}>Undo…</button>`}
          <a class="button small" href=${`/runs/${id}`} aria-label=${t`Details: ${name}`}>Details</a>
        </span>
      </div>
      ${making.problem && html`<p class="form-problem" role="alert">${making.problem}</p>`}
    </li>
  `;
}

/** Taking back that it was paid by hand. @param {{ payout: Payout, onClose: () => void, onDone: () => void }} props */
function Undo({ payout: { id, payeeName, amount, currency }, onClose, onDone }) {
  const [reason, setReason] = useState("");
  const undoing = useAct(async () => {
    await post("/api/payouts/{payout_id}/undo", { reason: reason.trim() }, { path: { payout_id: id } });
    onDone();
  });
  const sum = money(fromMinor(amount, currency), currency);
  const asked = { title: t`Was it not paid?`, action: t`Undo the payment`, isDanger: true, isBusy: undoing.isBusy };
  return html`
    <${Dialog} ...${asked} problem=${undoing.problem} onClose=${onClose} onAction=${undoing.act}>
      <p>${t`${sum} to ${payeeName} was recorded as paid by hand. The books reverse it, and the expenses are owed again.`}</p>
      <${TextField} label=${t`Reason`} value=${reason} onValue=${setReason} maxLength=${500} hint=${t`For the history`} />
    <//>
  `;
}
