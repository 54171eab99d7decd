/**
 * Expenses: a table that is searched, sorted, added up, and selected from for what is done with
 * several.
 */

import { useEffect, useMemo, useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.ts";
import { Empty, View } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { needClosed } from "../state/closed.ts";
import { useRequest, usePages } from "../state/request.ts";
import { may } from "../state/session.ts";
import { Proposals } from "./sorting/proposals.tsx";
import { addressOf, askedIn, partsOf } from "./asked.ts";
import { ACTS } from "./bulk/acts.ts";
import { useActs } from "./bulk/use-acts.tsx";
import { keptOf, leavesSelection } from "./bulk/which.ts";
import { acceptWords, SelectionBar } from "./table/bar.tsx";
import { ColumnsMenu } from "./table/columns-menu.tsx";
import { loadTokens, tokens } from "./table/names.ts";
import { SearchField } from "./table/search.tsx";
import { ExpenseTable } from "./table/table.tsx";
import { firstView, ViewTabs } from "./table/tabs.tsx";
import { TOO_MANY, Totals } from "./totals.tsx";
import type { ViewProps } from "../shell/view-props.ts";
import type { ListedExpense } from "../api/types.d.ts";
import type { Asked } from "./asked.ts";
import type { ListAct } from "./bulk/acts.ts";

const PAGE = 50;
const ACCEPT = ACTS.find(({ kind }) => kind === "proposed_category");
const APPROVE = ACTS.find(({ kind }) => kind === "approve");

export default function Expenses({ query }: ViewProps) {
  const text = query.toString();
  const asked = useMemo(() => askedIn(query), [text]);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [isAll, chooseAll] = useState(false);
  useEffect(needClosed, []);
  const [answered, setAnswered] = useState<{
    text: string;
    understood: Asked | null;
    problem: string | null;
  } | null>(null);
  const pages = usePages(
    async (cursor, signal) => {
      try {
        const page = await get("/api/expenses", {
          query: { ...asked, limit: PAGE, cursor },
          signal,
        });
        if (!signal.aborted && cursor === null)
          setAnswered({ text, understood: page.filter, problem: null });
        return page;
      } catch (error) {
        const wrong =
          error instanceof ApiError
            ? error.fieldErrors.find(({ field }) => field === "q")
            : undefined;
        if (!wrong) throw error;
        if (!signal.aborted) setAnswered({ text, understood: null, problem: wrong.message });
        return { items: [], nextCursor: null };
      }
    },
    [text],
  );
  const { understood = null, problem = null } = answered?.text === text ? answered : {};
  // The rows are of what was asked before, until the answer is there.
  const isStale = pages.isLoading && answered?.text !== text;
  const { sort: _, ...filter } = asked;
  const sums = useRequest(
    (signal) => get("/api/expenses/totals", { query: filter, signal }).catch(notSummed),
    [text],
  );
  // What was selected of another filter is not of this one.
  useEffect(() => {
    choose(new Set());
    chooseAll(false);
  }, [text]);
  useEffect(() => {
    const first = firstView();
    if (first && text === "") go(first, { replace: true });
    // Chips name people by their names.
    else if (asked.person && tokens.value.length === 0) void loadTokens();
  }, []);
  const isAsked = partsOf(asked).length > 0 || Boolean(asked.q);
  const none = () => {
    choose(new Set());
    chooseAll(false);
  };
  // What an act leaves in the list stays selected, for the next one.
  useEffect(() => choose((before) => keptOf(before, pages.items)), [pages.items]);
  const done = (act?: ListAct) => {
    if (isAll || !act || !leavesSelection(act)) none();
    pages.again();
    sums.again();
  };
  const { begin, shown } = useActs(done);
  const onChoose = (now: ReadonlySet<string>) => {
    choose(now);
    chooseAll(false);
  };
  const actions = (
    <>
      {may("submit") && (
        <a class="button" href="/expenses/new">
          Add the expense by hand
        </a>
      )}
      <ColumnsMenu />
    </>
  );
  return (
    <div class="wide-view">
      <View title="Expenses" actions={actions}>
        {!may("read") && (
          <p class="quiet">
            Only yours. What others hand in is shown to them, and to anyone who looks after the
            account.
          </p>
        )}
        <ViewTabs asked={asked} understood={understood} />
        <SearchField asked={asked} understood={understood} problem={problem} />
        <Proposals onDone={() => done()} />
        <Totals answer={problem ? null : sums.answer} isLoading={sums.isLoading} />
        {shown}
        <AcceptProposed
          items={isStale ? [] : pages.items}
          filter={filter}
          onAccept={() => ACCEPT && begin(ACCEPT, { filter })}
        />
        <ExpenseTable
          pages={pages}
          asked={asked}
          chosen={chosen}
          isAll={isAll}
          onChoose={onChoose}
          isStale={isStale}
          onApprove={(expense: ListedExpense) =>
            APPROVE && begin(APPROVE, whichOf(APPROVE, [expense]))
          }
          empty={problem ? null : isAsked ? nothing() : empty()}
        />
        <SelectionBar
          chosen={chosen}
          isAll={isAll}
          asked={asked}
          items={pages.items}
          totals={sums.answer}
          onAct={(act: ListAct) =>
            begin(
              act,
              isAll
                ? { filter }
                : whichOf(
                    act,
                    pages.items.filter(({ id }) => chosen.has(id)),
                  ),
            )
          }
          onAll={() => chooseAll(true)}
          onNone={none}
        />
      </View>
    </div>
  );
}

/** Expenses that are shown. A decision is of what is shown, so it names the versions. */
function whichOf(act: ListAct, expenses: ListedExpense[]) {
  const ids = expenses.map(({ id }) => id);
  return act.kind === "approve" || act.kind === "send_back"
    ? { ids, versions: expenses.map(({ version }) => version) }
    : { ids };
}

/** All proposed categories of what is found, where there are several. */
function AcceptProposed({
  items,
  filter,
  onAccept,
}: {
  items: ListedExpense[];
  filter: Omit<Asked, "sort">;
  onAccept: () => void;
}) {
  const shown = items.filter(
    ({ category, proposedCategory }) => !category && proposedCategory,
  ).length;
  const isOffered = may("edit") && shown > 1;
  const body = { kind: "proposed_category" as const, filter };
  const { answer } = useRequest(
    async (signal) => (isOffered ? post("/api/acts/preview", body, { signal }) : null),
    [isOffered && JSON.stringify([body, shown])],
  );
  if (!isOffered || !answer || answer.changes < 2) return null;
  const count = answer.isWhole ? answer.changes : shown;
  return (
    <p class="accept-proposed">
      <button type="button" class="button" onClick={onAccept}>
        {acceptWords(count)}
      </button>
    </p>
  );
}

/** What the list says already is not said twice. */
function notSummed(error: unknown) {
  if (error instanceof ApiError && error.code === TOO_MANY) return TOO_MANY;
  if (error instanceof ApiError && error.status === 422) return null;
  throw error;
}

const empty = () => (
  <Empty icon="coins" title="There are no expenses yet">
    <p>A receipt becomes an expense once it is read and nothing of it is in doubt.</p>
  </Empty>
);

const nothing = () => (
  <Empty icon="coins" title="No expense matches">
    <p>
      <a href={addressOf({ sort: "-date" })}>Show all expenses</a>
    </p>
  </Empty>
);
