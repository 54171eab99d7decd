/** What the company owes to whoever is signed in, and what it has paid them. */

import { get } from "../api/client.ts";
import { date, money } from "../format.ts";
import { PagedList } from "../parts/list.tsx";
import { Day } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { session } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { sumOf } from "../values/decimals.ts";
import { sumsInWords } from "../values/sums.ts";
import { inBooksAndSpent, spent } from "./in-books.ts";
import { OwnAccount } from "./own-account.tsx";
import { t } from "../words.ts";
import type { OwedExpense, PaidBackBy } from "../api/types.d.ts";

const PAGE = 50;
/** By `standing`. */
const STANDINGS: Record<string, string> = {
  owed: t`Owed to you`,
  on_its_way: t`On its way`,
  paid: t`Paid`,
  not_reimbursable: t`Not reimbursed`,
};

/** What nobody has approved yet, as the list of expenses filters it. */
const PENDING = "/expenses?status=ready&status=in_review";

/**
 * What the person paid themselves and nobody has approved yet, of their newest expenses.
 *
 * @returns by currency; empty for nothing
 */
async function pendingOf(person: string | undefined, signal: AbortSignal): Promise<string> {
  if (!person) return "";
  const { items } = await get("/api/expenses", {
    query: { person: [person], status: ["ready", "in_review"], limit: 100 },
    signal,
  });
  const own = items.filter(({ paidBy }) => paidBy === "employee");
  const currencies = [...new Set(own.map(({ currency }) => currency))];
  return currencies
    .map((each) =>
      money(sumOf(own.filter(({ currency }) => currency === each).map(({ total }) => total)), each),
    )
    .join(" + ");
}

export default function MyMoney() {
  const person = session.value?.user.id;
  const owed = useRequest((signal) => get("/api/owed", { query: { person }, signal }), [person]);
  const expenses = usePages(
    (cursor, signal) =>
      get("/api/owed/expenses", { query: { person, limit: PAGE, cursor }, signal }),
    [person],
  );
  const pending = useRequest((signal) => pendingOf(person, signal), [person]);
  const [mine] = owed.answer?.items ?? [];
  const due = mine ? inBooksAndSpent(mine, "owed") : "";
  const back = mine ? spent(mine, "owed", -1) : "";
  const coming = mine ? inBooksAndSpent(mine, "onItsWay") : "";
  const empty = (
    <Empty icon="coins" title={t`No expenses yet`}>
      <p>Expenses that you paid yourself are listed here once they are approved.</p>
    </Empty>
  );
  return (
    <View title={t`My money`}>
      <section class="card owed-mine" aria-label={t`What the company owes you`}>
        <Waiting
          problem={owed.problem}
          isLoading={owed.isLoading && !owed.answer}
          onAgain={owed.again}
        />
        {owed.answer && (due || !pending.answer) && (
          <p class="owed-total">
            {due ? t`The company owes you ${due}` : t`The company owes you nothing.`}
          </p>
        )}
        {pending.answer && (
          <p>
            <a href={PENDING}>{t`${pending.answer} waits for approval`}</a>
          </p>
        )}
        {back && <p>{t`You were paid ${back} too much: your next payout is so much less.`}</p>}
        {coming && <p class="quiet">{t`${coming} is on its way to you.`}</p>}
      </section>
      <OwnAccount />
      <PagedList
        pages={expenses}
        label={t`Expenses that you paid yourself`}
        row={row}
        empty={empty}
      />
    </View>
  );
}

function row({
  id,
  merchant,
  date: day,
  total,
  owed,
  currency,
  base,
  bankEntry,
  duplicate,
  doubtedPayout,
  standing,
  paidOn,
  payouts,
}: OwedExpense) {
  const spentOn = minor(total, currency);
  const got = paidTo(payouts);
  const first = got || (base && owed === total ? minor(base.owed, base.currency) : "") || spentOn;
  const failed = standing === "owed" && payouts.some(({ releasedAt }) => releasedAt !== null);
  const isPaidTooMuch = owed < 0;
  const says = isPaidTooMuch
    ? t`Paid too much`
    : standing === "paid" && paidOn
      ? t`Paid on ${date(paidOn)}`
      : STANDINGS[standing];
  return (
    <li class="line" key={id}>
      <a href={`/expenses/${id}`}>
        <span class="line-title">{merchant}</span>
        <span class="line-note">
          <Day day={day} /> · {says}
          {failed && <> · {t`A payment came back; it is owed again`}</>}
          {duplicate && <> · {t`May be a duplicate: it is looked into`}</>}
          {doubtedPayout && <> · {t`The bank is asked whether it was paid: it is looked into`}</>}
          {bankEntry && (
            <> · {t`It looks as if the company's account paid this: it is looked into`}</>
          )}
        </span>
        <span class="line-amount">
          <span>{first}</span>
          {first !== spentOn && <small>{spentOn}</small>}
        </span>
      </a>
    </li>
  );
}

const minor = (amount: number, currency: string) => money(fromMinor(amount, currency), currency);

/** @returns what the person gets, or got, of payouts; empty for nothing */
function paidTo(payouts: PaidBackBy[]): string {
  const standing = payouts.filter(({ releasedAt }) => releasedAt === null);
  return sumsInWords(
    standing.map(({ paidAmount, paidCurrency }) => ({
      currency: paidCurrency,
      amount: paidAmount,
    })),
  );
}
