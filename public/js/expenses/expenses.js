// @ts-check
/** Expenses: a table that is searched, sorted, added up, and selected from for what is done with several. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.js";
import { Empty, View } from "../parts/view.js";
import { go } from "../shell/address.js";
import { needClosed } from "../state/closed.js";
import { useRequest, usePages } from "../state/request.js";
import { may } from "../state/session.js";
import { Proposals } from "./sorting/proposals.js";
import { addressOf, askedIn, partsOf } from "./asked.js";
import { ACTS } from "./bulk/acts.js";
import { useActs } from "./bulk/use-acts.js";
import { acceptWords, SelectionBar } from "./table/bar.js";
import { ColumnsMenu } from "./table/columns-menu.js";
import { loadTokens, tokens } from "./table/names.js";
import { SearchField } from "./table/search.js";
import { ExpenseTable } from "./table/table.js";
import { firstView, ViewTabs } from "./table/tabs.js";
import { TOO_MANY, Totals } from "./totals.js";
import { html } from "../words.js";

/** @import { ViewProps } from "../shell/routes.js" */
/** @import { ListedExpense } from "../api/types.js" */
/** @import { Asked } from "./asked.js" */

const PAGE = 50;
const ACCEPT = ACTS.find(({ kind }) => kind === "proposed_category");
const APPROVE = ACTS.find(({ kind }) => kind === "approve");

/** @param {ViewProps} props */
export default function Expenses({ query }) {
  const text = query.toString();
  const asked = useMemo(() => askedIn(query), [text]);
  const [chosen, choose] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [isAll, chooseAll] = useState(false);
  useEffect(needClosed, []);
  const [answered, setAnswered] = useState(/** @type {{ text: string, understood: Asked | null, problem: string | null } | null} */ (null));
  const pages = usePages(async (cursor, signal) => {
    try {
      const page = await get("/api/expenses", { query: { ...asked, limit: PAGE, cursor }, signal });
      if (!signal.aborted && cursor === null) setAnswered({ text, understood: page.filter, problem: null });
      return page;
    } catch (error) {
      const wrong = error instanceof ApiError ? error.fieldErrors.find(({ field }) => field === "q") : undefined;
      if (!wrong) throw error;
      if (!signal.aborted) setAnswered({ text, understood: null, problem: wrong.message });
      return { items: [], nextCursor: null };
    }
  }, [text]);
  const { understood = null, problem = null } = answered?.text === text ? answered : {};
  // The rows are of what was asked before, until the answer is there.
  const isStale = pages.isLoading && answered?.text !== text;
  const { sort: _, ...filter } = asked;
  const sums = useRequest((signal) => get("/api/expenses/totals", { query: filter, signal }).catch(notSummed), [text]);
  // What was selected of another filter is not of this one.
  useEffect(() => (choose(new Set()), chooseAll(false)), [text]);
  useEffect(() => {
    const first = firstView();
    if (first && text === "") go(first, { replace: true });
    // Chips name people by their names.
    else if (asked.person && tokens.value.length === 0) void loadTokens();
  }, []);
  const isAsked = partsOf(asked).length > 0 || Boolean(asked.q);
  const none = () => (choose(new Set()), chooseAll(false));
  const done = () => (none(), pages.again(), sums.again());
  const { begin, shown } = useActs(done);
  const onChoose = (/** @type {ReadonlySet<string>} */ now) => (choose(now), chooseAll(false));
  const actions = html`
    ${may("submit") && html`<a class="button" href="/expenses/new">Add the expense by hand</a>`}
    <${ColumnsMenu} />
  `;
  return html`
    <div class="wide-view">
      <${View} title="Expenses" actions=${actions}>
        ${!may("read") && html`<p class="quiet">Only yours. What others hand in is shown to them, and to anyone who looks after the account.</p>`}
        <${ViewTabs} asked=${asked} understood=${understood} />
        <${SearchField} ...${{ asked, understood, problem }} />
        <${Proposals} onDone=${done} />
        <${Totals} answer=${problem ? null : sums.answer} isLoading=${sums.isLoading} />
        ${shown}
        <${AcceptProposed} items=${isStale ? [] : pages.items} filter=${filter} onAccept=${() => ACCEPT && begin(ACCEPT, { filter })} />
        <${ExpenseTable}
          ...${{ pages, asked, chosen, isAll, onChoose, isStale }}
          onApprove=${(/** @type {ListedExpense} */ expense) => APPROVE && begin(APPROVE, whichOf(APPROVE, [expense]))}
          empty=${problem ? null : isAsked ? nothing() : empty()}
        />
        <${SelectionBar}
          ...${{ chosen, isAll, asked }}
          items=${pages.items}
          totals=${sums.answer}
          onAct=${(/** @type {import("./bulk/acts.js").ListAct} */ act) => begin(act, isAll ? { filter } : whichOf(act, pages.items.filter(({ id }) => chosen.has(id))))}
          onAll=${() => chooseAll(true)}
          onNone=${none}
        />
      <//>
    </div>
  `;
}

/**
 * Expenses that are shown. An approval is of what is shown, so it names the versions.
 *
 * @param {import("./bulk/acts.js").ListAct} act
 * @param {ListedExpense[]} expenses
 */
function whichOf(act, expenses) {
  const ids = expenses.map(({ id }) => id);
  return act.kind === "approve" ? { ids, versions: expenses.map(({ version }) => version) } : { ids };
}

/**
 * All proposed categories of what is found, where there are several.
 *
 * @param {{ items: ListedExpense[], filter: Omit<Asked, "sort">, onAccept: () => void }} props
 */
function AcceptProposed({ items, filter, onAccept }) {
  const shown = items.filter(({ category, proposedCategory }) => !category && proposedCategory).length;
  const isOffered = may("edit") && shown > 1;
  const body = { kind: /** @type {const} */ ("proposed_category"), filter };
  const { answer } = useRequest(
    async (signal) => (isOffered ? post("/api/acts/preview", body, { signal }) : null),
    [isOffered && JSON.stringify([body, shown])],
  );
  if (!isOffered || !answer || answer.changes < 2) return null;
  const count = answer.isWhole ? answer.changes : shown;
  return html`<p class="accept-proposed"><button type="button" class="button" onClick=${onAccept}>${acceptWords(count)}</button></p>`;
}

/** What the list says already is not said twice. @param {unknown} error */
function notSummed(error) {
  if (error instanceof ApiError && error.code === TOO_MANY) return TOO_MANY;
  if (error instanceof ApiError && error.status === 422) return null;
  throw error;
}

const empty = () => html`
  <${Empty} icon="coins" title="There are no expenses yet">
    <p>A receipt becomes an expense once it is read and nothing of it is in doubt.</p>
  <//>
`;

const nothing = () => html`
  <${Empty} icon="coins" title="No expense matches">
    <p><a href=${addressOf({ sort: "-date" })}>Show all expenses</a></p>
  <//>
`;
