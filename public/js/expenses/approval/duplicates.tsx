/** Expenses that may be one, side by side with their photos: merged, or told apart once. */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { date } from "../../format.ts";
import { notify } from "../../notifications/notices.ts";
import { countWaiting } from "../../home/waiting.ts";
import { PagedList } from "../../parts/list.tsx";
import { Day, Money } from "../../parts/values.tsx";
import { Empty, View } from "../../parts/view.tsx";
import { DocumentThumb } from "../../receipts/thumb.tsx";
import { report } from "../../state/report.ts";
import { usePages } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { reopen } from "../bulk/reopen.ts";
import { useAsking } from "../sorting/asking.ts";
import { t } from "../../words.ts";
import { Problem } from "../../parts/problem.tsx";
import type { ListedExpense, Pair } from "../../api/types.d.ts";
import type { ViewProps } from "../../shell/view-props.ts";

const WHY: Record<Pair["likeness"], string> = {
  same: t`The same merchant, day and amount.`,
  number: t`The same invoice number.`,
  near: t`The same amount within a few days, and alike merchants.`,
};

export default function Duplicates({ query }: ViewProps) {
  // Those of one expense alone.
  const expense = query.get("expense");
  const pages = usePages(
    (cursor, signal) => get("/api/duplicates", { query: { limit: 10, cursor, expense }, signal }),
    [expense],
  );
  const empty = (
    <Empty title="Nothing looks like a duplicate">
      <p>Expenses that may be one purchase are asked about here.</p>
    </Empty>
  );
  const actions = expense && (
    <a class="button" href="/duplicates">
      Show all pairs
    </a>
  );
  const onDone = () => {
    pages.again();
    void countWaiting();
  };
  const row = (pair: Pair) => (
    <li key={`${pair.first.id} ${pair.second.id}`} class="pair">
      <Pair pair={pair} onDone={onDone} />
    </li>
  );
  return (
    <View title="Duplicates" actions={actions}>
      <PagedList pages={pages} label="Pairs that may be one" row={row} empty={empty} />
    </View>
  );
}

function Pair({
  pair: { first, second, likeness, toldApartBy },
  onDone,
}: {
  pair: Pair;
  onDone: () => void;
}) {
  const { isBusy, problem, ask } = useAsking();
  const apart = () =>
    ask(async () => {
      await post("/api/duplicates/apart", { first: first.id, second: second.id });
      notify(t`Not duplicates. You are not asked about them again.`, { kind: "success" });
      onDone();
    });
  const merge = (kept: ListedExpense, dropped: ListedExpense) =>
    ask(async () => {
      if (dropped.status === "approved") await reopen([dropped.id]);
      await post("/api/duplicates/merge", { keep: kept.id, drop: dropped.id });
      const part = () =>
        void post("/api/duplicates/apart", { first: kept.id, second: dropped.id }).then(
          onDone,
          report,
        );
      notify(t`They are one. The other is voided, and its document linked.`, {
        kind: "success",
        action: { label: t`Undo`, onAction: part },
      });
      onDone();
    });
  const button = (kept: ListedExpense, dropped: ListedExpense, byPlace: string) => {
    const isLocked = dropped.status === "approved";
    // Who cannot take the approval back has no use for the button.
    if (isLocked && !may("approve")) return null;
    const label = isLocked ? reopens(kept, dropped) : keeps(kept, dropped, byPlace);
    return (
      <button type="button" class="button" disabled={isBusy} onClick={() => merge(kept, dropped)}>
        {label}
      </button>
    );
  };
  const isAnyLocked = [first, second].some(({ status }) => status === "approved");
  return (
    <section class="card" aria-label={t`${first.merchant} and ${second.merchant}`}>
      <p class="quiet">{WHY[likeness]}</p>
      {toldApartBy && <p>{t`${toldApartBy} says it is another purchase.`}</p>}
      <div class="pair-sides">
        <Side expense={first} />
        <Side expense={second} />
      </div>
      <Problem>{problem}</Problem>
      {may("edit") && (
        <>
          <p class="form-buttons">
            <button type="button" class="button" disabled={isBusy} onClick={apart}>
              Not duplicates
            </button>
            {button(first, second, t`Keep the left, void the right`)}{" "}
            {button(second, first, t`Keep the right, void the left`)}
          </p>
          {isAnyLocked && !may("approve") && (
            <p class="quiet">
              To void an approved expense, ask somebody who can approve to reopen it.
            </p>
          )}
        </>
      )}
    </section>
  );
}

/**
 * What the button does that takes an approval back first, by the days; of one day, by the kept
 * one's side.
 */
function reopens(kept: ListedExpense, dropped: ListedExpense) {
  if (kept.date !== dropped.date) return t`Reopen ${date(dropped.date)} and void it`;
  return kept.id < dropped.id ? t`Reopen the right and void it` : t`Reopen the left and void it`;
}

/** What a button does, by the days; of one day, by the places. */
function keeps(kept: ListedExpense, dropped: ListedExpense, byPlace: string) {
  return kept.date === dropped.date
    ? byPlace
    : t`Keep ${date(kept.date)}, void ${date(dropped.date)}`;
}

function Side({
  expense: {
    id,
    receiptId,
    mediaType,
    merchant,
    date: day,
    total,
    currency,
    category,
    receiptNumber,
    status,
  },
}: {
  expense: ListedExpense;
}) {
  const name = t`Photo of ${merchant}, ${day}`;
  const [isPicture, setPicture] = useState(mediaType?.startsWith("image/") ?? false);
  return (
    <div class="pair-side">
      <a href={`/expenses/${id}`}>
        <strong>{merchant}</strong>
      </a>
      <p>
        <Day day={day} /> · <Money amount={total} currency={currency} />
      </p>
      <p class="quiet">
        {[
          category ?? t`No category`,
          receiptNumber && t`No. ${receiptNumber}`,
          status === "approved" && t`approved`,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <a href={`/expenses/${id}`}>
        {isPicture ? (
          <img
            src={`/api/receipts/${receiptId}/image?width=640`}
            alt={name}
            loading="lazy"
            onError={() => setPicture(false)}
          />
        ) : (
          <>
            <span class="thumb">
              <DocumentThumb receiptId={receiptId} mediaType={mediaType} />
            </span>{" "}
            {t`Open its document`}
          </>
        )}
      </a>
    </div>
  );
}
