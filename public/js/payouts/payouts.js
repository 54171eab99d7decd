// @ts-check
/** Payouts: whom the account pays, what was asked for, and where the money is. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { PagedList } from "../parts/list.js";
import { Moment, Money } from "../parts/values.js";
import { Empty, View } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { fromMinor } from "../values/amount.js";
import { Ask } from "./ask.js";
import { Batches } from "./batches.js";
import { Changes } from "./changes.js";
import { Decide } from "./decide.js";
import { Files } from "./files.js";
import { Limits } from "./limits.js";
import { Payees } from "./payees.js";
import { canSettle, Settle } from "./settle.js";
import { html, t } from "../words.js";

/** @import { Payout } from "../api/types.js" */

const PAGE = 50;
const WAITS = "awaiting_approval";
const NOT_UNDONE = t`was to be undone, and is not: the payment may have left. Do not ask anew; see what happened`;
/** Of payouts for which nobody has made a file, by the state of the run. @type {Record<string, string>} */
const WITHOUT_FILE = {
  unsettled: t`waits for a file for the bank, which nobody has made: make it below, under Files for the bank`,
  unheard_look_up_failed: t`waited for long for a file for the bank: make it below; when the bank has answered, retry the run`,
};
const WITHOUT_PAYEE = t`waits for a file, and its payee was archived: it is paid only if you choose it below, under Files for the bank; else cancel it`;
const BY_HAND = "settled_by_hand";
const CAME_LATE = t`was paid, and came back later: the money is in the company's account again, and the books say so`;
/** Where the money is of what was to be undone, when its payment had left before. @type {Record<string, string>} */
const LEFT = {
  reversed: t`failed, but the payment had left: it is paid, and in the books`,
  cancelled: t`was stopped, but the payment had left before: it is paid, and in the books`,
  abandoned: t`was given up, but the payment had left before: it is paid, and in the books`,
};
/** Where the money is, by the state of the run. @type {Record<string, string>} */
const WHERE = {
  awaiting_approval: t`waits for somebody else's approval; nothing is paid`,
  unsettled: t`on its way; the bank has not said that it arrived`,
  paid: t`has left, and is in the books`,
  came_back: t`came back to the company's account`,
  reversed: t`was refused by the provider; the money stays with the company`,
  uncovered: t`is more than the company's account holds; nothing was paid`,
  declined: t`was not approved; nothing was paid`,
  payee_archived: t`was not paid: its payee was archived before`,
  cancelled: t`was stopped; the money stays with the company`,
  abandoned: t`was given up; the money stays with the company`,
  unheard_look_up_failed: t`is on its way for long: ask the bank, then retry the run, which looks again`,
  settled_record_failed: t`has left; retry the run, which only writes the books`,
  bounced_reverse_failed: t`came back; retry the run, which only writes the books`,
};

export default function Payouts() {
  const payouts = usePages(
    (cursor, signal) => get("/api/payouts", { query: { limit: PAGE, cursor }, signal }),
    [],
  );
  const payees = useRequest(
    async (signal) => (may("pay") ? (await get("/api/payees", { query: { limit: PAGE }, signal })).items : []),
    [],
  );
  const [decided, decide] = useState(/** @type {Payout | null} */ (null));
  const [settled, settle] = useState(/** @type {Payout | null} */ (null));
  // The limits are read anew behind a decision on them, and what waits behind what was asked for.
  const [askedChanges, askedFor] = useState(0);
  const [decidedChanges, decidedAChange] = useState(0);
  // What waits for a file changes with these.
  const asOf = payouts.items.map(({ id, state, waitsForFile, payeeArchivedAt }) => `${id} ${state} ${waitsForFile} ${payeeArchivedAt}`).join();
  const empty = html`<${Empty} icon="coins" title="Nobody was paid yet"><p>Anyone who can pay can request a payout here.</p><//>`;
  const row = (/** @type {Payout} */ payout) =>
    html`<${PayoutLine} key=${payout.id} payout=${payout} onDecide=${() => decide(payout)} onSettle=${() => settle(payout)} />`;
  const actions = html`<button type="button" class="button" onClick=${payouts.again}>Refresh</button>`;
  return html`
    <${View} title="Payouts" actions=${actions}>
      <${Changes} asOf=${askedChanges} onDecided=${() => decidedAChange((before) => before + 1)} />
      ${may("pay") && html`<${Ask} payees=${payees.answer ?? []} onAsked=${payouts.again} />`}
      <section aria-labelledby="payouts-title">
        <h2 id="payouts-title">Requested payouts</h2>
        <${PagedList} pages=${payouts} label="Payouts" row=${row} empty=${empty} />
      </section>
      <${Batches} onAsked=${payouts.again} />
      <${Files} asOf=${asOf} onChanged=${payouts.again} />
      ${may("pay") && html`<${Payees} payees=${payees} /><${Limits} key=${decidedChanges} onAsked=${() => askedFor((before) => before + 1)} />`}
      ${decided && html`<${Decide} payout=${decided} onClose=${() => decide(null)} onDecided=${() => (decide(null), payouts.again())} />`}
      ${settled && html`<${Settle} payout=${settled} onClose=${() => settle(null)} onSettled=${() => (settle(null), payouts.again())} />`}
    <//>
  `;
}

/** @param {Payout} payout */
function where({ state, status, failureClass, paymentStatus, waitsForFile, payeeArchivedAt }) {
  if (failureClass === "rollback_failed") return NOT_UNDONE;
  if (state === "paid" && paymentStatus !== "posted" && paymentStatus !== null) return CAME_LATE;
  if (waitsForFile) return payeeArchivedAt ? WITHOUT_PAYEE : WITHOUT_FILE[state];
  if (state === WAITS && payeeArchivedAt) return t`waits for approval, and its payee was archived: it is not paid, whatever is decided`;
  const left = paymentStatus === "posted" ? LEFT[state] : null;
  return left ?? WHERE[state] ?? (status === "failed" ? t`could not go on` : t`on its way`);
}

/** @param {{ payout: Payout, onDecide: () => void, onSettle: () => void }} props */
function PayoutLine({ payout, onDecide, onSettle }) {
  const { id, payeeName, currency, amount, reference, state, paymentReason, createdAt } = payout;
  const name = `${payeeName}, ${reference}`;
  const reason = paymentReason === BY_HAND ? t` (somebody has said so, who asked the bank)` : paymentReason ? ` (${paymentReason.replaceAll("_", " ")})` : "";
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${payeeName} · <${Money} amount=${fromMinor(amount, currency)} currency=${currency} /></span>
        <span class="line-note">
          ${reference} · <${Moment} at=${createdAt} /> · ${where(payout)}${reason}
        </span>
        <span class="line-actions">
          ${state === WAITS &&
          may("approve") &&
          html`<button type="button" class="button small" aria-label=${t`Decide: ${name}`} onClick=${onDecide}>Decide…</button>`}
          ${canSettle(payout) && html`<button type="button" class="button small" aria-label=${t`Say what became of it: ${name}`} onClick=${onSettle}>What became of it…</button>`}
          <a class="button small" href=${`/runs/${id}`} aria-label=${t`What happened: ${name}`}>What happened</a>
        </span>
      </div>
    </li>
  `;
}
