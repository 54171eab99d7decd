/**
 * The expenses behind a figure of the tax report, or those without a place; and how they are
 * taxed.
 */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { daysInWords, money, rateInWords } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField, TextField } from "../parts/fields.tsx";
import { PagedList } from "../parts/list.tsx";
import { Day } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { closedAmong, loadClosed } from "../state/closed.ts";
import { refusalOf } from "../state/refusal.ts";
import { showIfOver } from "../state/report.ts";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { Sold } from "./sold.tsx";
import {
  addressOf,
  askedIn,
  foreignTaxFor,
  LAWS,
  OWED,
  queryOf,
  REASONS,
  TREATMENTS,
} from "./words.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { TaxExpense } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { Reason, Treatment } from "./words.ts";

const PAGE = 100;
const MOST_AT_ONCE = 100;

export default function BehindFigure({ query }: ViewProps) {
  const asked = askedIn(query);
  const sent = queryOf(asked);
  const reason = (query.get("reason") ?? undefined) as Reason | undefined;
  const narrowed = {
    ...sent,
    treatment: (query.get("treatment") ?? undefined) as Treatment | undefined,
    rate: query.get("rate") ?? undefined,
    line: query.get("line") ?? undefined,
    due: query.has("due") || undefined,
    reason,
  };
  const company = useRequest((signal) => get("/api/account", { signal }), []);
  const pages = usePages(
    async (cursor, signal) => {
      if (!sent) return { items: [], nextCursor: null };
      return get("/api/tax/expenses", {
        query: { ...narrowed, ...sent, limit: PAGE, cursor },
        signal,
      });
    },
    [JSON.stringify(narrowed)],
  );
  const [changing, change] = useState<TaxExpense[]>([]);
  const title = titleOf(narrowed);
  const currency = company.answer?.baseCurrency ?? null;
  // What was paid abroad is one answer for all of a journey.
  const abroad = pages.items.filter(({ proposed }) => proposed?.treatment === "foreign_tax");
  const together = abroad.slice(0, MOST_AT_ONCE);
  const isAll = together.length === abroad.length && !pages.hasMore;
  const toReport = (label: string) => (
    <a
      class="button"
      href={addressOf("/reports", {
        by: "tax",
        from: asked.from.slice(0, 7),
        to: asked.to.slice(0, 7),
        country: asked.country,
      })}
    >
      {label}
    </a>
  );
  const empty = pages.hasMore ? (
    <p>
      <button type="button" class="button" onClick={pages.more}>
        Go on searching
      </button>
    </p>
  ) : (
    <Empty icon="check" title={reason ? t`All is settled` : t`Nothing is here`}>
      <p>
        {reason
          ? t`No expense of these days is open for this reason.`
          : t`No expense of these days stands in this figure.`}
      </p>
      <p>{toReport(t`Back to the tax report`)}</p>
    </Empty>
  );
  if (!sent)
    return (
      <View title={title}>
        <Waiting problem="Choose days in the tax report." isLoading={false} onAgain={pages.again} />
      </View>
    );
  return (
    <View title={title} actions={toReport(t`Tax report`)}>
      <p class="quiet">
        <Day day={sent.from} /> – <Day day={sent.to} />
      </p>
      {reason && together.length > 1 && may("sort") && (
        <p>
          <button type="button" class="button" onClick={() => change(together)}>
            {foreignTaxFor(together.length, isAll)}
          </button>
        </p>
      )}
      <PagedList
        pages={pages}
        label={title}
        empty={empty}
        head={
          <tr>
            <th scope="col">Expense</th>
            <th scope="col">Day</th>
            <th scope="col">Net</th>
            <th scope="col">Tax</th>
            <th scope="col">{narrowed.due ? t`VAT to pay` : t`Gross`}</th>
            {may("sort") && (
              <th scope="col">
                <span class="visually-hidden">Change</span>
              </th>
            )}
          </tr>
        }
        row={(each: TaxExpense) => (
          <Row
            key={`${each.expenseId} ${each.date} ${each.discount}`}
            expense={each}
            currency={currency}
            isDue={narrowed.due === true}
            onChange={() => change([each])}
          />
        )}
      />
      {(narrowed.line || narrowed.due) && may("ledger") && (
        <Sold query={query} label={t`Invoices`} empty={null} />
      )}
      {changing[0] && (
        <Decide
          expense={changing[0]}
          others={changing.slice(1)}
          onClose={() => {
            change([]);
            pages.again();
          }}
          onDone={() => {
            change([]);
            pages.again();
          }}
        />
      )}
    </View>
  );
}

function titleOf({
  reason,
  treatment,
  rate,
  line,
  due,
}: {
  reason: Reason | undefined;
  treatment: Treatment | undefined;
  rate: string | undefined;
  line: string | undefined;
  due: boolean | undefined;
}) {
  if (due) return t`VAT to pay`;
  if (reason) return REASONS[reason] ?? t`Open points`;
  if (line) return t`Line ${line} of the return`;
  if (treatment && rate) return `${TREATMENTS[treatment]}, ${rateInWords(rate)}`;
  return treatment ? TREATMENTS[treatment] : t`Expenses in the tax report`;
}

function Row({
  expense,
  currency,
  isDue,
  onChange,
}: {
  expense: TaxExpense;
  currency: string | null;
  /** the last amount is what it adds to the VAT to be paid */
  isDue: boolean;
  onChange: () => void;
}) {
  const { expenseId, merchant, date, total, figures, due } = expense;
  const of = figures ? currency : expense.currency;
  return (
    <tr>
      <th scope="row">
        <a href={`/expenses/${expenseId}`}>{merchant}</a>
        <small>{standsAs(expense)}</small>
      </th>
      <td data-label="Day">
        <Day day={date} />
      </td>
      <td data-label="Net">{figures && money(figures.net, of)}</td>
      <td data-label="Tax">{figures && money(figures.tax, of)}</td>
      <td data-label={isDue ? t`VAT to pay` : t`Gross`}>
        {money((isDue && due) || (figures?.gross ?? total), of)}
      </td>
      {may("sort") && (
        <td>
          <button
            type="button"
            class="button small"
            aria-label={t`Change how ${merchant} is taxed`}
            onClick={onChange}
          >
            Change
          </button>
        </td>
      )}
    </tr>
  );
}

/** What an expense has in small beneath its merchant. */
function standsAs({ open, treatment, law, category, discount }: TaxExpense) {
  if (discount) return t`Discount on its payment`;
  if (open) return REASONS[open];
  if (treatment) return TREATMENTS[treatment];
  return law ? LAWS[law] : category;
}

/** Whether some of the tax may be input tax. */
function isDeductedOf(treatment: Treatment) {
  return treatment !== "foreign_tax" && treatment !== "no_tax";
}

function Decide({
  expense,
  others,
  onClose,
  onDone,
}: {
  expense: TaxExpense;
  /** those that get the same answer */
  others: TaxExpense[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [treatment, setTreatment] = useState<Treatment | "">(
    expense.treatment ?? expense.proposed?.treatment ?? "",
  );
  const [rate, setRate] = useState(
    expense.rate ?? expense.proposed?.rate ?? expense.standardRate ?? "",
  );
  const wasDeducted = expense.treatment === null || isDeductedOf(expense.treatment);
  const [deductible, setDeductible] = useState(wasDeducted ? String(expense.deductible) : "100");
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();
  // Closed days are asked about once, before anything of them is changed.
  const [isClosed, setClosed] = useState(false);
  const decided = [expense, ...others];
  const days = decided.map(({ date }) => date);
  const isOwed = treatment !== "" && OWED.includes(treatment);
  const isDeducted = treatment !== "" && isDeductedOf(treatment);

  async function save() {
    // Without an answer of a person it is the document's: all of it.
    const percent = isDeducted ? Number(deductible) : treatment === "" ? 100 : 0;
    const unread: Record<string, string> = {};
    if (!Number.isInteger(percent) || percent < 0 || percent > 100)
      unread.deductible = t`Enter a whole number from 0 to 100.`;
    if (isOwed && !/^\d{1,2}(\.\d{1,2})?$/.test(rate.trim()))
      unread.rate = t`Enter the rate in percent, such as 19.`;
    setProblems(unread);
    if (Object.keys(unread).length > 0) return;
    return whileBusy(async () => {
      if (!isClosed) {
        await loadClosed(); // somebody may have closed them a moment ago
        if (closedAmong(days).length > 0) {
          setClosed(true);
          return;
        }
      }
      try {
        const body = {
          expenses: decided.map(({ expenseId }) => expenseId),
          treatment: treatment || null,
          deductible: percent,
          rate: isOwed ? rate.trim() : null,
        };
        const { stillOpen } = await post("/api/tax/decisions", body);
        if (stillOpen.length === 0 || treatment === "") return onDone();
        setProblem(t`It is saved, but still open: ${stillOpen.map(({ says }) => says).join(" ")}`);
      } catch (error) {
        if (!showIfOver(error)) {
          const refused = refusalOf(error, ["treatment", "rate", "deductible"]);
          setProblems(refused.problems);
          setProblem(refused.problem);
        }
      }
    });
  }
  const treatments = Object.keys(TREATMENTS) as Treatment[];
  const options: { value: Treatment | ""; label: string }[] = [
    { value: "", label: t`As the document says` },
    ...treatments.map((value) => ({ value, label: TREATMENTS[value] })),
  ];
  return (
    <Dialog
      title="How it is taxed"
      action={isClosed ? t`Save as a correction` : t`Save`}
      onClose={onClose}
      onAction={save}
      isBusy={isBusy}
      problem={problem}
    >
      {decided.map(({ expenseId, merchant, total, currency }) => (
        <p key={expenseId}>
          {merchant}, {money(total, currency)}
        </p>
      ))}
      {expense.law && <p class="quiet">{LAWS[expense.law]}.</p>}
      {!expense.treatment && expense.proposed && (
        <p class="quiet">
          Proposed: {TREATMENTS[expense.proposed.treatment]}. Check it against the document.
        </p>
      )}
      <SelectField
        label="Taxed as"
        value={treatment}
        options={options}
        onValue={setTreatment}
        problem={problems.treatment}
      />
      {isOwed && (
        <TextField
          label="Rate that you owe (%)"
          value={rate}
          onValue={setRate}
          problem={problems.rate}
          attributes={{ inputmode: "decimal" }}
        />
      )}
      {isDeducted && (
        <TextField
          label="Deductible (%)"
          value={deductible}
          onValue={setDeductible}
          problem={problems.deductible}
          attributes={{ inputmode: "numeric" }}
        />
      )}
      {isClosed && <GoesOutLater days={days} />}
    </Dialog>
  );
}

/** What a change in closed days means. */
function GoesOutLater({ days }: { days: string[] }) {
  return (
    <div class="form-problem" role="alert">
      {closedAmong(days).map(({ id, firstDay, lastDay }) => (
        <p key={id}>{t`${daysInWords(firstDay, lastDay)} is closed.`}</p>
      ))}
      <p>
        The change goes out as a correction in the next export. If the VAT return is filed, correct
        it too.
      </p>
    </div>
  );
}
