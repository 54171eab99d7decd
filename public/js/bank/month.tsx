/**
 * A month of the bank: how complete it is, and what is left, each with what can be done about it.
 */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { counted } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { PagedList } from "../parts/list.tsx";
import { Day } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { usePeople } from "./ask-dialog.tsx";
import { monthInWords } from "../values/month-names.ts";
import { daysOf } from "../values/period.ts";
import { addressOf } from "./asked.ts";
import { monthAfter, partsOf, standInWords, standOf } from "./completeness.ts";
import { useDecisions } from "./decisions.ts";
import { Entries } from "./entries.tsx";
import { stored } from "./imports.ts";
import { Uncovered } from "./uncovered.tsx";
import { amount, hrefOf, titleOf } from "./words.ts";
import { language, t } from "../words.ts";
import type { FoundDocument, Month, MonthLine } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const PAGE = 30;

export default function MonthView({ params: { id = "" } }: ViewProps) {
  return <Shown key={id} month={id} />;
}

function Shown({ month }: { month: string }) {
  const days = daysOf(month);
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const open = usePages(
    (cursor, signal) =>
      get("/api/bank/entries", {
        query: { ...days, standing: "open", limit: PAGE, cursor },
        signal,
      }),
    [stored.value],
  );
  const decisions = useDecisions(open.items);
  // What was decided here counts once the server has it.
  const decided =
    decisions.entries
      .map(({ explained, reason, owedBy }) => `${explained} ${reason} ${owedBy}`)
      .join() + decisions.answered;
  const found = useRequest(
    (signal) => get("/api/bank/months/{month}", { path: { month }, signal }),
    [stored.value, decided],
  );
  const people = usePeople();
  const known = accounts.answer?.items ?? [];
  const again = () => {
    accounts.again();
    open.again();
    found.again();
  };
  const title = days.from ? monthInWords(month) : t`Month`;
  const actions = (
    <>
      <a class="button" href="/bank/months">
        All months
      </a>
      {days.from && (
        <>
          <a
            class="button"
            href={`/bank/months/${monthAfter(month, -1)}`}
            aria-label="The month before"
          >
            ←
          </a>{" "}
          <a
            class="button"
            href={`/bank/months/${monthAfter(month, 1)}`}
            aria-label="The month after"
          >
            →
          </a>{" "}
          <a
            class="button"
            href={`/api/bank/months/${month}/entries.csv?language=${language}`}
            download={`bank-${month}.csv`}
          >
            <Icon name="download" />
            CSV
          </a>
        </>
      )}
    </>
  );
  return (
    <View title={title} actions={actions}>
      <Waiting
        problem={found.problem ?? accounts.problem}
        isLoading={(found.isLoading && !found.answer) || (accounts.isLoading && !accounts.answer)}
        onAgain={again}
      />
      {found.answer && accounts.answer && (
        <>
          <Head month={found.answer} />
          <Uncovered month={found.answer} accounts={known} onSaid={found.again} />
          <WithoutMoney month={found.answer} />
          <section aria-labelledby="left-title">
            <h2 id="left-title">What is left</h2>
            <Entries
              pages={open}
              decisions={decisions}
              accounts={known}
              people={people}
              chosenAccount=""
              empty={<p class="quiet">Each entry has a document or a reason.</p>}
            />
          </section>
          <Lines month={month} decided={decided} days={days} />
        </>
      )}
    </View>
  );
}

function Head({ month }: { month: Month }) {
  const { entries, isComplete } = month;
  const { label, status } = standOf(month);
  const parts = partsOf(month);
  if (entries === 0 && isComplete) return <Empty icon="bank" title="No entries yet" />;
  return (
    <section class="card month-head" aria-label="How complete it is">
      <p>
        <strong role="status">{standInWords(month)}</strong>
        <span class="pill" data-status={status}>
          {label}
        </span>
      </p>
      <div class="month-bar" aria-hidden="true">
        {parts.map(({ name, count }) => (
          <span key={name} data-part={name} style={{ "--count": count }} />
        ))}
      </div>
      <ul class="month-parts" aria-label="Its entries">
        {parts.map(({ name, count, says }) => (
          <li key={name} data-part={name}>
            <strong>{count}</strong> {says}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Documents of the month that no money pays. */
function WithoutMoney({ month: { month, withoutMoney } }: { month: Month }) {
  const [isOpen, setOpen] = useState(false);
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => (isOpen ? get("/api/bank/unpaid", { query: { month }, signal }) : null),
    [isOpen, withoutMoney],
  );
  if (withoutMoney === 0) return null;
  return (
    <details
      class="card month-unpaid"
      onToggle={(event: Event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}
    >
      <summary>{counted(withoutMoney, "expense")} of this month with no payment</summary>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && (
        <ul class="lines" aria-label="Documents without money">
          {answer.items.map((each) => (
            <Unpaid key={each.documentId} document={each} />
          ))}
        </ul>
      )}
    </details>
  );
}

function Unpaid({ document }: { document: FoundDocument }) {
  const { title, day, open, currency } = document;
  const href = hrefOf(document);
  return (
    <li class="line">
      <a {...(href === null ? {} : { href })}>
        <span class="line-title">{titleOf(title)}</span>
        <span class="line-note">no bank entry pays it</span>
        <span class="line-amount">{amount(open, currency)}</span>
        {day && (
          <span class="line-day">
            <Day day={day} />
          </span>
        )}
      </a>
    </li>
  );
}

const STANDS: Record<MonthLine["standing"], { label: string; status: string }> = {
  documented: { label: t`Document`, status: "complete" },
  explained: { label: t`Reason`, status: "complete" },
  owed: { label: t`Owed`, status: "processing" },
  open: { label: t`Left`, status: "needs_review" },
};

function Lines({
  month,
  decided,
  days,
}: {
  month: string;
  decided: string;
  days: { from: string; to: string };
}) {
  const pages = usePages(
    (cursor, signal) =>
      get("/api/bank/months/{month}/entries", {
        path: { month },
        query: { limit: PAGE, cursor },
        signal,
      }),
    [stored.value, decided],
  );
  const row = (line: MonthLine) => (
    <li key={line.entryId} class="line month-entry">
      <a href={`/bank/entries/${line.entryId}`}>
        <span class="line-title">{line.counterparty || line.words || t`Without a name`}</span>
        <span class="line-note">
          <Day day={line.day} /> · {line.bankAccount}
          {line.says && ` · ${saidOf(line)}`}
        </span>
        <span class="line-day">{amount(line.amount, line.currency)}</span>
        <span class="pill" data-status={STANDS[line.standing].status}>
          {STANDS[line.standing].label}
        </span>
      </a>
    </li>
  );
  return (
    <section aria-labelledby="lines-title">
      <div class="section-head">
        <h2 id="lines-title">Each entry</h2>
        <a href={addressOf({ account: "", standing: "all", ...days })}>With their matches</a>
      </div>
      <PagedList
        pages={pages}
        label="Entries of the month"
        row={row}
        empty={<p class="quiet">There are no entries.</p>}
      />
    </section>
  );
}

/** @returns its documents, the reason, or who owes one */
function saidOf({ standing, says }: MonthLine): string {
  return standing === "owed"
    ? t`${says} owes its document`
    : standing === "documented"
      ? titleOf(says)
      : (says ?? "");
}
