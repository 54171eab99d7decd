/** What the company owes to people: by person, with the expenses; what is chosen is paid. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { counted, date, money } from "../format.ts";
import { Waiting } from "../parts/view.tsx";
import { Day } from "../parts/values.tsx";
import { useRequest } from "../state/request.ts";
import { isAlone, may } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { sumsInWords } from "../values/sums.ts";
import { inBooks } from "./in-books.ts";
import { t } from "../words.ts";
import { EntryLink } from "./entry-link.tsx";
import { Pay } from "./pay.tsx";
import type { Owed, OwedExpense } from "../api/types.d.ts";

/** `asOf` changes with what was paid */
export function OwedToPeople({ asOf, onPaid }: { asOf: string; onPaid: () => void }) {
  const people = useRequest((signal) => get("/api/owed", { signal }), [asOf]);
  // Before the dialogue is opened: a way that is chosen there must not change under somebody's
  // hands.
  const ways = useRequest(
    async (signal) => (may("pay") ? get("/api/payment-ways", { signal }) : null),
    [],
  );
  // By id of the expense: what was ticked, of whichever person.
  const [chosen, choose] = useState<ReadonlyMap<string, OwedExpense>>(new Map());
  const [isPaying, setPaying] = useState(false);
  const items = people.answer?.items ?? [];
  const owing = items.filter(({ expenses }) => expenses > 0);
  return (
    <section aria-labelledby="owed-title">
      <h2 id="owed-title">{isAlone() ? t`Owed to you` : t`Owed to people`}</h2>
      <Waiting
        problem={people.problem}
        isLoading={people.isLoading && !people.answer}
        onAgain={people.again}
      />
      {people.answer && items.length === 0 && (
        <p class="quiet">
          {isAlone()
            ? t`Nothing is owed. Approved expenses that you paid yourself are listed here.`
            : t`Nothing is owed. Approved expenses that people paid themselves are listed here.`}
        </p>
      )}
      <ul class="lines" aria-label={isAlone() ? t`Owed to you` : t`Owed to people`}>
        {items.map((each) => (
          <Person key={each.person.id} owed={each} asOf={asOf} chosen={chosen} onChoose={choose} />
        ))}
      </ul>
      {may("pay") && owing.length > 0 && (
        <>
          <div class="owed-bar" role="region" aria-label={t`Selected for payment`}>
            <p aria-live="polite">
              {chosen.size === 0
                ? isAlone()
                  ? t`Select what to pay.`
                  : t`Select people or single expenses to pay.`
                : sumOf([...chosen.values()])}
            </p>
            <button
              type="button"
              class="button primary"
              disabled={chosen.size === 0 || !ways.answer}
              onClick={() => setPaying(true)}
            >
              Pay…
            </button>
          </div>
          <Waiting problem={ways.problem} isLoading={false} onAgain={ways.again} />
        </>
      )}
      {isPaying && ways.answer && (
        <Pay
          expenses={[...chosen.values()]}
          owing={owing}
          ways={ways.answer}
          base={owing.find(({ base }) => base)?.base?.currency ?? null}
          onClose={() => setPaying(false)}
          onPaid={() => {
            setPaying(false);
            choose(new Map());
            people.again();
            onPaid();
          }}
        />
      )}
    </section>
  );
}

function Person({
  owed,
  asOf,
  chosen,
  onChoose,
}: {
  owed: Owed;
  asOf: string;
  chosen: ReadonlyMap<string, OwedExpense>;
  onChoose: (chosen: ReadonlyMap<string, OwedExpense>) => void;
}) {
  const { person, expenses: count, heldBack, oldest } = owed;
  const [isOpen, setOpen] = useState(false);
  const name = person.name ?? t`Somebody who left`;
  const query = { person: person.id, open: true };
  const list = useRequest(
    async (signal) =>
      isOpen || may("pay") ? (await get("/api/owed/expenses", { query, signal })).items : [],
    [isOpen, asOf, count],
  );
  const items = list.answer ?? [];
  // What the company's account may have paid is chosen one by one; a possible duplicate, and what
  // an earlier payout may have paid, never.
  const plain = items.filter(
    ({ bankEntry, duplicate, doubtedPayout }) => !(bankEntry || duplicate || doubtedPayout),
  );
  const isWhole = plain.length > 0 && plain.every(({ id }) => chosen.has(id));
  const all = () => onChoose(changed(chosen, plain, !isWhole));
  return (
    <li class="line owed-person">
      <div class="line-text">
        {may("pay") && count > 0 && (
          <label class="owed-tick">
            <input
              type="checkbox"
              aria-label={t`Pay ${name}`}
              checked={isWhole}
              disabled={plain.length === 0}
              onChange={all}
            />
          </label>
        )}
        <span class="line-title">
          <button
            type="button"
            class="owed-name"
            aria-expanded={isOpen ? "true" : "false"}
            onClick={() => setOpen(!isOpen)}
          >
            {name}
          </button>
        </span>
        <span class="line-note">
          {noteOf(count, oldest)}
          {heldBack > 0 && <> · {t`${heldBack} held back`}</>}
          {onItsWay(owed)}
        </span>
        <span class="line-amount">{owedFirst(owed)}</span>
      </div>
      {isOpen && (
        <>
          <Waiting
            problem={list.problem}
            isLoading={list.isLoading && items.length === 0}
            onAgain={list.again}
          />
          <ul class="owed-expenses" aria-label={t`Expenses of ${name}`}>
            {items.map((each) => (
              <Expense
                key={each.id}
                expense={each}
                isChosen={chosen.has(each.id)}
                onChoose={() => onChoose(changed(chosen, [each], !chosen.has(each.id)))}
              />
            ))}
          </ul>
        </>
      )}
    </li>
  );
}

function Expense({
  expense,
  isChosen,
  onChoose,
}: {
  expense: OwedExpense;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const { id, merchant, date: day, owed, currency, base, payouts, bankEntry, duplicate } = expense;
  const { doubtedPayout } = expense;
  const failed = payouts.find(({ releasedAt }) => releasedAt !== null);
  return (
    <li>
      {may("pay") && (
        <label class="owed-tick">
          <input
            type="checkbox"
            aria-label={t`Pay ${merchant}, ${date(day)}`}
            checked={isChosen}
            disabled={duplicate !== null || doubtedPayout !== null}
            onChange={onChoose}
          />
        </label>
      )}
      <span class="owed-day">
        <Day day={day} />
      </span>
      <a href={`/expenses/${id}`}>{merchant}</a>
      {failed && !doubtedPayout && (
        <a class="quiet" href={`/runs/${failed.payoutId}`}>
          An earlier payout came to nothing
        </a>
      )}
      {doubtedPayout && (
        <a class="quiet" href={`/runs/${doubtedPayout}`}>
          An earlier payout may have paid it: say under History what the bank did
        </a>
      )}
      {bankEntry && (
        <span class="quiet">
          It looks as if the company's account paid this: <EntryLink entry={bankEntry} />
        </span>
      )}
      {duplicate && (
        <span class="quiet">
          {duplicate.person
            ? t`May be a duplicate: ${duplicate.merchant} of ${duplicate.person}`
            : t`May be a duplicate: ${duplicate.merchant}`}{" "}
          <a href="/duplicates">Compare</a>
        </span>
      )}
      {owed < 0 && <span class="quiet">Paid too much: the next payout is so much less</span>}
      <span class="owed-sum">
        {base && base.currency !== currency
          ? t`${minor(base.owed, base.currency)} (${minor(owed, currency)})`
          : minor(owed, currency)}
      </span>
    </li>
  );
}

const minor = (amount: number, currency: string) => money(fromMinor(amount, currency), currency);

function noteOf(count: number, oldest: string | null) {
  if (count === 0) return t`Nothing else is owed`;
  const expenses = counted(count, "expense");
  return oldest ? t`${expenses}, the oldest of ${date(oldest)}` : expenses;
}

function onItsWay(owed: Owed) {
  const amount = inBooks(owed, "onItsWay");
  return amount ? <> · {t`${amount} is being paid`}</> : null;
}

/** What is owed as the books have it, and beside it in other currencies. */
function owedFirst(owed: Owed) {
  const own = owed.sums.filter((each) => each.owed !== 0);
  const first = inBooks(owed, "owed");
  const spent = own.map((each) => minor(each.owed, each.currency)).join(" + ");
  if (!first) return null;
  return (
    <>
      <span>{first}</span>
      {spent !== first && <small>{spent}</small>}
      {!!owed.base?.withoutRate && <small>{t`Some of it has no exchange rate yet`}</small>}
    </>
  );
}

function sumOf(expenses: OwedExpense[]) {
  const amounts = sumsInWords(expenses.map(({ currency, owed }) => ({ currency, amount: owed })));
  const selected = counted(expenses.length, "expense");
  return t`${selected} selected: ${amounts}`;
}

function changed(
  chosen: ReadonlyMap<string, OwedExpense>,
  expenses: OwedExpense[],
  isAdded: boolean,
) {
  const next = new Map(chosen);
  for (const each of expenses) {
    if (isAdded) next.set(each.id, each);
    else next.delete(each.id);
  }
  return next;
}
