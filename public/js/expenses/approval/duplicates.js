// @ts-check
/** Expenses that may be one, side by side with their photos: merged, or told apart once. */

import { useState } from "preact/hooks";

import { get, onceOnly, post } from "../../api/client.js";
import { date } from "../../format.js";
import { notify } from "../../notifications/notices.js";
import { countWaiting } from "../../home/waiting.js";
import { PagedList } from "../../parts/list.js";
import { Day, Money } from "../../parts/values.js";
import { Empty, View } from "../../parts/view.js";
import { DocumentThumb } from "../../receipts/thumb.js";
import { report } from "../../state/report.js";
import { usePages } from "../../state/request.js";
import { may } from "../../state/session.js";
import { reopen } from "../bulk/reopen.js";
import { useAsking } from "../sorting/asking.js";
import { html, t } from "../../words.js";

/** @import { ListedExpense, Pair } from "../../api/types.js" */

/** @type {Record<Pair["likeness"], string>} */
const WHY = {
  same: t`The same merchant, day and amount.`,
  number: t`The same invoice number.`,
  near: t`The same amount within a few days, and alike merchants.`,
};

export default function Duplicates() {
  const pages = usePages((cursor, signal) => get("/api/duplicates", { query: { limit: 10, cursor }, signal }), []);
  const empty = html`
    <${Empty} title="Nothing looks like a duplicate"><p>Expenses that may be one purchase are asked about here.</p><//>
  `;
  const onDone = () => {
    pages.again();
    void countWaiting();
  };
  /** @param {Pair} pair */
  const row = (pair) => html`
    <li key=${`${pair.first.id} ${pair.second.id}`} class="pair"><${Pair} pair=${pair} onDone=${onDone} /></li>
  `;
  return html`
    <${View} title="Duplicates">
      <${PagedList} pages=${pages} label="Pairs that may be one" row=${row} empty=${empty} />
    <//>
  `;
}

/** @param {{ pair: Pair, onDone: () => void }} props */
function Pair({ pair: { first, second, likeness }, onDone }) {
  const { isBusy, problem, ask } = useAsking();
  const apart = () =>
    ask(async () => {
      await post("/api/duplicates/apart", { first: first.id, second: second.id });
      notify(t`Not duplicates. You are not asked about them again.`, { kind: "success" });
      onDone();
    });
  /** @param {ListedExpense} kept @param {ListedExpense} dropped */
  const merge = (kept, dropped) =>
    ask(async () => {
      if (dropped.status === "approved") await reopen([dropped.id]);
      await post("/api/duplicates/merge", { keep: kept.id, drop: dropped.id }, { headers: onceOnly() });
      const part = () => void post("/api/duplicates/apart", { first: kept.id, second: dropped.id }).then(onDone, report);
      notify(t`They are one. The other is voided, and its document linked.`, { kind: "success", action: { label: t`Undo`, onAction: part } });
      onDone();
    });
  /** @param {ListedExpense} kept @param {ListedExpense} dropped */
  const button = (kept, dropped, /** @type {string} */ byPlace) => {
    const isLocked = dropped.status === "approved";
    // Who cannot take the approval back has no use for the button.
    if (isLocked && !may("approve")) return null;
    const label = isLocked ? reopens(kept, dropped) : keeps(kept, dropped, byPlace);
    return html`<button type="button" class="button" disabled=${isBusy} onClick=${() => merge(kept, dropped)}>${label}</button>`;
  };
  const isAnyLocked = [first, second].some(({ status }) => status === "approved");
  return html`
    <section class="card" aria-label=${t`${first.merchant} and ${second.merchant}`}>
      <p class="quiet">${WHY[likeness]}</p>
      <div class="pair-sides">
        <${Side} expense=${first} />
        <${Side} expense=${second} />
      </div>
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      ${may("edit") &&
      html`
        <p class="form-buttons">
          <button type="button" class="button" disabled=${isBusy} onClick=${apart}>Not duplicates</button>
          ${button(first, second, t`Keep the left, void the right`)} ${button(second, first, t`Keep the right, void the left`)}
        </p>
        ${isAnyLocked && !may("approve") && html`<p class="quiet">To void an approved expense, ask somebody who can approve to reopen it.</p>`}
      `}
    </section>
  `;
}

/**
 * What the button does that takes an approval back first, by the days; of one day, by the kept one's side.
 *
 * @param {ListedExpense} kept
 * @param {ListedExpense} dropped
 */
function reopens(kept, dropped) {
  if (kept.date !== dropped.date) return t`Reopen ${date(dropped.date)} and void it`;
  return kept.id < dropped.id ? t`Reopen the right and void it` : t`Reopen the left and void it`;
}

/**
 * What a button does, by the days; of one day, by the places.
 *
 * @param {ListedExpense} kept
 * @param {ListedExpense} dropped
 * @param {string} byPlace
 */
function keeps(kept, dropped, byPlace) {
  return kept.date === dropped.date ? byPlace : t`Keep ${date(kept.date)}, void ${date(dropped.date)}`;
}

/** @param {{ expense: ListedExpense }} props */
function Side({ expense: { id, runId, receiptId, mediaType, merchant, date: day, total, currency, category, receiptNumber, status } }) {
  const name = t`Photo of ${merchant}, ${day}`;
  const [isPicture, setPicture] = useState(mediaType?.startsWith("image/") ?? false);
  return html`
    <div class="pair-side">
      <a href=${`/expenses/${id}`}><strong>${merchant}</strong></a>
      <p><${Day} day=${day} /> · <${Money} amount=${total} currency=${currency} /></p>
      <p class="quiet">
        ${[category ?? t`No category`, receiptNumber && t`No. ${receiptNumber}`, status === "approved" && t`approved`]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <a href=${`/runs/${runId}`}>
        ${isPicture
          ? html`<img src=${`/api/receipts/${receiptId}/image?width=640`} alt=${name} loading="lazy" onError=${() => setPicture(false)} />`
          : html`<span class="thumb"><${DocumentThumb} ...${{ receiptId, mediaType }} /></span> ${t`Open its document`}`}
      </a>
    </div>
  `;
}
