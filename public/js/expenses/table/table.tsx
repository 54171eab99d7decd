/**
 * The table of expenses. Only rows near what is seen are drawn, so that a hundred thousand scroll
 * as smoothly as a hundred; all rows have one height, `--row`.
 */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { notify } from "../../notifications/notices.ts";
import { Icon } from "../../parts/icon.tsx";
import { NearEnd } from "../../parts/list.tsx";
import { Waiting } from "../../parts/view.tsx";
import { go } from "../../shell/address.ts";
import { declareKeys } from "../../shortcuts.ts";
import { report } from "../../state/report.ts";
import { may } from "../../state/session.ts";
import { keepOrder } from "../order.ts";
import { addressOf } from "../asked.ts";
import { whyNotSorted } from "../one/locked.tsx";
import { CELLS } from "./cells.tsx";
import { shownColumns } from "./columns.ts";
import { CategoryChoice, setCategory } from "./set-category.tsx";
import { t } from "../../words.ts";
import type { ComponentChildren } from "preact";
import type { ListedExpense } from "../../api/types.d.ts";
import type { Pages } from "../../state/request.ts";
import type { Asked } from "../asked.ts";
import type { Column } from "./columns.ts";

/** Rows that are drawn beyond what is seen, and by how many at once that changes. */
const AHEAD = 20;

const useKeys = declareKeys(t`In the list of expenses`, {
  next: ["j", t`Next expense`],
  previous: ["k", t`Previous expense`],
  select: ["x", t`Select`],
  selectDown: ["J", t`Select this one and the next`],
  selectUp: ["K", t`Select this one and the previous`],
  selectShown: ["X", t`Select all shown, or none`],
  acts: ["s", t`To what is done with the selected ones`],
  category: ["c", t`Set its category`],
  take: [".", t`Take its proposed category`],
  leave: ["Escape", t`Select none`],
});

type Ids = ReadonlySet<string>;

/** Whether somebody can do anything with several expenses. */
export function maySelect() {
  return ["edit", "approve", "export", "book"].some((each) => may(each as "edit"));
}

export function ExpenseTable({
  pages,
  asked,
  chosen,
  isAll,
  isStale = false,
  onChoose: choosing,
  onApprove,
  empty,
}: {
  pages: Pages<ListedExpense>;
  asked: Asked;
  chosen: Ids;
  /** all that is found is chosen */
  isAll: boolean;
  /** the rows are of what was asked before: nothing is chosen of them */
  isStale?: boolean;
  onChoose: (chosen: Ids) => void;
  onApprove: (expense: ListedExpense) => void;
  /** what stands there where nothing is found */
  empty: ComponentChildren;
}) {
  const onChoose = isStale ? () => undefined : choosing;
  const { items, hasMore, isLoading, problem, more, again } = pages;
  const body = useRef<HTMLDivElement | null>(null);
  const columns = shownColumns();
  const { first, last } = useSeen(body, items.length);
  const [setting, set] = useState<{ expense: ListedExpense; from: HTMLElement } | null>(null);
  const ticked = useRef(-1);
  // A page may be short, or empty, before the end.
  useEffect(() => keepOrder(items.map(({ id }) => id)), [items]);
  useEffect(() => {
    if (items.length === 0 && hasMore && !isLoading && !problem) more();
  }, [items.length, hasMore, isLoading]);

  const choose = (place: number, isChosen: boolean, isRange: boolean) => {
    const from = isRange && ticked.current >= 0 ? ticked.current : place;
    const now = new Set(isAll ? items.map(({ id }) => id) : chosen);
    for (const { id } of items.slice(Math.min(from, place), Math.max(from, place) + 1)) {
      if (isChosen) now.add(id);
      else now.delete(id);
    }
    ticked.current = place;
    onChoose(now);
  };
  const isChosen = (id: string) => isAll || chosen.has(id);
  const areShown = items.every(({ id }) => isChosen(id));
  const onShown = () => onChoose(areShown ? new Set() : new Set(items.map(({ id }) => id)));
  const { at, goTo } = useRows(body, items.length);
  const step = (by: number) => {
    const from = at();
    const to = from === null ? 0 : Math.max(0, Math.min(items.length - 1, from + by));
    goTo(to);
    return { from: from ?? to, to };
  };
  const selectOn = (by: number) => {
    const { from, to } = step(by);
    const now = new Set(isAll ? items.map(({ id }) => id) : chosen);
    for (const place of [from, to]) now.add(items[place]?.id ?? "");
    ticked.current = to;
    onChoose(now);
  };
  const here = () => items[at() ?? -1];
  const renew = (fresh: ListedExpense) =>
    pages.change((all) => all.map((each) => (each.id === fresh.id ? { ...each, ...fresh } : each)));
  useKeys({
    next: () => void step(1),
    previous: () => void step(-1),
    select: () => {
      const expense = here();
      if (expense && maySelect()) choose(at() as number, !isChosen(expense.id), false);
    },
    selectDown: () => maySelect() && selectOn(1),
    selectUp: () => maySelect() && selectOn(-1),
    selectShown: () => maySelect() && items.length > 0 && onShown(),
    // They stand behind all rows, each of which has several places for the Tab key.
    acts: () =>
      (document.querySelector(".selection-acts :is(button, a)") as HTMLElement | null)?.focus(),
    category: () => {
      const chip = body.current?.querySelector(`[data-at="${at()}"] button.found-chip`);
      const expense = here();
      if (chip) chip.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      else if (expense) notify(whyNotSorted(expense));
    },
    take: () => {
      const expense = here();
      if (may("edit") && expense?.proposedCategory)
        setCategory(expense, expense.proposedCategory.category, renew).catch((error) =>
          report(error, expense.id),
        );
    },
    leave: () => onChoose(new Set()),
  });
  if (items.length === 0) {
    return problem || isLoading || hasMore ? (
      <Waiting problem={problem} isLoading={isLoading || hasMore} onAgain={again} />
    ) : (
      empty
    );
  }
  const tracks = [...(maySelect() ? ["40px"] : []), ...columns.map(({ width }) => width)].join(" ");
  const shown = items.slice(first, last);
  return (
    <>
      <div
        class={isStale ? "card found-table is-stale" : "card found-table"}
        inert={isStale}
        role="table"
        aria-label="Expenses"
        aria-busy={isLoading}
        aria-rowcount={hasMore ? -1 : items.length + 1}
        style={{ "--tracks": tracks }}
      >
        <Head columns={columns} asked={asked} areShown={areShown} onShown={onShown} />
        <div
          class="found-body"
          role="rowgroup"
          ref={body}
          style={{
            "--before": Math.min(first, items.length),
            "--behind": Math.max(0, items.length - last),
          }}
        >
          {shown.map((expense, index) => (
            <Row
              key={expense.id}
              expense={expense}
              at={first + index}
              columns={columns}
              isChosen={isChosen(expense.id)}
              onTick={(event: MouseEvent) =>
                choose(
                  first + index,
                  (event.currentTarget as HTMLInputElement).checked,
                  event.shiftKey,
                )
              }
              onCategory={(event: MouseEvent) =>
                set({ expense, from: event.currentTarget as HTMLElement })
              }
              onApprove={() => onApprove(expense)}
            />
          ))}
        </div>
      </div>
      <Waiting problem={problem} isLoading={false} onAgain={hasMore ? more : again} />
      {hasMore && (
        <NearEnd key={`${items.length} ${isLoading}`} onNear={() => isLoading || more()} />
      )}
      {setting && (
        <CategoryChoice
          key={setting.expense.id}
          {...setting}
          onClose={() => set(null)}
          onDone={(fresh: ListedExpense) => {
            set(null);
            renew(fresh);
          }}
        />
      )}
    </>
  );
}

function Head({
  columns,
  asked,
  areShown,
  onShown,
}: {
  columns: Column[];
  asked: Asked;
  areShown: boolean;
  onShown: () => void;
}) {
  const sort = asked.sort ?? "-date";
  return (
    <div class="found-head" role="rowgroup">
      <div class="found-row" role="row">
        {maySelect() && (
          <span role="columnheader" class="found-tick">
            <label>
              <input
                type="checkbox"
                checked={areShown}
                onClick={onShown}
                aria-label="Select all shown"
              />
            </label>
          </span>
        )}
        {columns.map(({ name, label, sort: by }) => {
          if (!by)
            return (
              <span key={name} role="columnheader" class={`found-${name}`}>
                {name === "document" ? <span class="visually-hidden">{label}</span> : label}
              </span>
            );
          const isOpen = sort === by || sort === `-${by}`;
          const isDown = sort.startsWith("-");
          // What is newest and largest first, names from A on.
          const next = isOpen ? (isDown ? by : `-${by}`) : by === "merchant" ? by : `-${by}`;
          return (
            <span
              key={name}
              role="columnheader"
              class={`found-${name}`}
              aria-sort={isOpen ? (isDown ? "descending" : "ascending") : undefined}
            >
              <button
                type="button"
                class="found-sort"
                onClick={() =>
                  go(addressOf({ ...asked, sort: next === "-date" ? "" : next }), { replace: true })
                }
              >
                {label}
                {isOpen && <Icon name={isDown ? "down" : "up"} />}
              </button>
            </span>
          );
        })}
      </div>
    </div>
  );
}

function Row({
  expense,
  at,
  columns,
  isChosen,
  onTick,
  onCategory,
  onApprove,
}: {
  expense: ListedExpense;
  at: number;
  columns: Column[];
  isChosen: boolean;
  onTick: (event: MouseEvent) => void;
  onCategory: (event: MouseEvent) => void;
  onApprove: () => void;
}) {
  const { merchant, status } = expense;
  return (
    <div
      class={`found-row ${isChosen ? "is-chosen" : ""}`}
      role="row"
      aria-rowindex={at + 2}
      data-at={at}
    >
      {maySelect() && (
        <span role="cell" class="found-tick">
          <label>
            <input
              type="checkbox"
              checked={isChosen}
              onClick={onTick}
              aria-label={t`Select ${merchant}`}
            />
          </label>
        </span>
      )}
      {columns.map(({ name }) => (
        <span key={name} role="cell" class={`found-${name}`}>
          {CELLS[name]?.(expense, { onCategory })}
          {name === "merchant" && (
            <span class="found-acts">
              {status === "ready" && may("approve") && (
                <button
                  type="button"
                  class="icon-button"
                  title="Approve"
                  aria-label={t`Approve ${merchant}`}
                  onClick={onApprove}
                >
                  <Icon name="check" />
                </button>
              )}
            </span>
          )}
        </span>
      ))}
    </div>
  );
}

function heightOf(body: Element) {
  return Number.parseFloat(getComputedStyle(body).getPropertyValue("--row")) || 40;
}

/** Which rows are to be drawn: from `first` up to `last`, which is not one of them. */
function useSeen(body: { current: HTMLElement | null }, count: number) {
  const [seen, setSeen] = useState({ first: 0, last: 3 * AHEAD });
  useLayoutEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const it = body.current;
      if (!it) return;
      const height = heightOf(it);
      const above = -it.getBoundingClientRect().top / height;
      const first = Math.max(0, (Math.floor(above / AHEAD) - 1) * AHEAD);
      const last = (Math.ceil((above + innerHeight / height) / AHEAD) + 1) * AHEAD;
      setSeen((before) =>
        before.first === first && before.last === last ? before : { first, last },
      );
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, [count]);
  return seen;
}

/** Where the keys are: in the row that has the focus, or had it last. */
function useRows(body: { current: HTMLElement | null }, count: number) {
  const before = useRef<number | null>(null);
  const at = () => {
    const row = (document.activeElement?.closest("[data-at]") ?? null) as HTMLElement | null;
    if (row && body.current?.contains(row)) before.current = Number(row.dataset.at);
    return before.current === null || before.current >= count ? null : before.current;
  };
  const goTo = (place: number) => {
    before.current = place;
    const focus = () =>
      (
        body.current?.querySelector(`[data-at="${place}"] a.found-link`) as
          | HTMLElement
          | null
          | undefined
      )?.focus();
    if (focus() === undefined && !body.current?.querySelector(`[data-at="${place}"]`)) {
      // It is not drawn yet.
      const it = body.current as HTMLElement;
      scrollTo({
        top: scrollY + it.getBoundingClientRect().top + place * heightOf(it) - innerHeight / 2,
      });
      requestAnimationFrame(() => requestAnimationFrame(focus));
    }
  };
  return { at, goTo };
}
