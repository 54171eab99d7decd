// @ts-check
/**
 * The table of expenses. Only rows near what is seen are drawn, so that a hundred thousand scroll as smoothly as a hundred;
 * all rows have one height, `--row`.
 */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../../parts/icon.js";
import { NearEnd } from "../../parts/list.js";
import { Waiting } from "../../parts/view.js";
import { go } from "../../shell/address.js";
import { declareKeys } from "../../shortcuts.js";
import { report } from "../../state/report.js";
import { may } from "../../state/session.js";
import { keepOrder } from "../order.js";
import { addressOf } from "../asked.js";
import { CELLS } from "./cells.js";
import { COLUMNS, shownColumns } from "./columns.js";
import { CategoryChoice, setCategory } from "./set-category.js";
import { html, t } from "../../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { ListedExpense } from "../../api/types.js" */
/** @import { Pages } from "../../state/request.js" */
/** @import { Asked } from "../asked.js" */
/** @import { Column } from "./columns.js" */

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

/** @typedef {ReadonlySet<string>} Ids */

/** Whether somebody can do anything with several expenses. */
export function maySelect() {
  return ["edit", "approve", "export", "book"].some((each) => may(/** @type {"edit"} */ (each)));
}

/**
 * @param {object} props
 * @param {Pages<ListedExpense>} props.pages
 * @param {Asked} props.asked
 * @param {Ids} props.chosen
 * @param {boolean} props.isAll all that is found is chosen
 * @param {boolean} [props.isStale] the rows are of what was asked before: nothing is chosen of them
 * @param {(chosen: Ids) => void} props.onChoose
 * @param {(expense: ListedExpense) => void} props.onApprove
 * @param {ComponentChildren} props.empty what stands there where nothing is found
 */
export function ExpenseTable({ pages, asked, chosen, isAll, isStale = false, onChoose: choosing, onApprove, empty }) {
  const onChoose = isStale ? () => undefined : choosing;
  const { items, hasMore, isLoading, problem, more, again } = pages;
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  const columns = shownColumns();
  const { first, last } = useSeen(body, items.length);
  const [setting, set] = useState(/** @type {{ expense: ListedExpense, from: HTMLElement } | null} */ (null));
  const ticked = useRef(-1);
  // A page may be short, or empty, before the end.
  useEffect(() => keepOrder(items.map(({ id }) => id)), [items]);
  useEffect(() => {
    if (items.length === 0 && hasMore && !isLoading && !problem) more();
  }, [items.length, hasMore, isLoading]);

  /** @param {number} place @param {boolean} isChosen @param {boolean} isRange */
  const choose = (place, isChosen, isRange) => {
    const from = isRange && ticked.current >= 0 ? ticked.current : place;
    const now = new Set(isAll ? items.map(({ id }) => id) : chosen);
    for (const { id } of items.slice(Math.min(from, place), Math.max(from, place) + 1)) {
      if (isChosen) now.add(id);
      else now.delete(id);
    }
    ticked.current = place;
    onChoose(now);
  };
  const isChosen = (/** @type {string} */ id) => isAll || chosen.has(id);
  const areShown = items.every(({ id }) => isChosen(id));
  const onShown = () => onChoose(areShown ? new Set() : new Set(items.map(({ id }) => id)));
  const { at, goTo } = useRows(body, items.length);
  const step = (/** @type {number} */ by) => {
    const from = at();
    const to = from === null ? 0 : Math.max(0, Math.min(items.length - 1, from + by));
    goTo(to);
    return { from: from ?? to, to };
  };
  const selectOn = (/** @type {number} */ by) => {
    const { from, to } = step(by);
    const now = new Set(isAll ? items.map(({ id }) => id) : chosen);
    for (const place of [from, to]) now.add(items[place]?.id ?? "");
    ticked.current = to;
    onChoose(now);
  };
  const here = () => items[at() ?? -1];
  const renew = (/** @type {ListedExpense} */ fresh) =>
    pages.change((all) => all.map((each) => (each.id === fresh.id ? { ...each, ...fresh } : each)));
  useKeys({
    next: () => void step(1),
    previous: () => void step(-1),
    select: () => {
      const expense = here();
      if (expense && maySelect()) choose(/** @type {number} */ (at()), !isChosen(expense.id), false);
    },
    selectDown: () => maySelect() && selectOn(1),
    selectUp: () => maySelect() && selectOn(-1),
    selectShown: () => maySelect() && items.length > 0 && onShown(),
    // They stand behind all rows, each of which has several places for the Tab key.
    acts: () => /** @type {HTMLElement | null} */ (document.querySelector(".selection-acts :is(button, a)"))?.focus(),
    category: () => body.current?.querySelector(`[data-at="${at()}"] button.found-chip`)?.dispatchEvent(new MouseEvent("click", { bubbles: true })),
    take: () => {
      const expense = here();
      if (may("edit") && expense?.proposedCategory) setCategory(expense, expense.proposedCategory.category, renew).catch(report);
    },
    leave: () => onChoose(new Set()),
  });
  if (items.length === 0) {
    return problem || isLoading || hasMore
      ? html`<${Waiting} problem=${problem} isLoading=${isLoading || hasMore} onAgain=${again} />`
      : empty;
  }
  const tracks = [...(maySelect() ? ["40px"] : []), ...columns.map(({ width }) => width)].join(" ");
  const shown = items.slice(first, last);
  return html`
    <div
      class=${isStale ? "card found-table is-stale" : "card found-table"}
      inert=${isStale}
      role="table"
      aria-label="Expenses"
      aria-busy=${isLoading}
      aria-rowcount=${hasMore ? -1 : items.length + 1}
      style=${{ "--tracks": tracks }}
    >
      <${Head} ...${{ columns, asked, areShown, onShown }} />
      <div
        class="found-body"
        role="rowgroup"
        ref=${body}
        style=${{ "--before": Math.min(first, items.length), "--behind": Math.max(0, items.length - last) }}
      >
        ${shown.map(
          (expense, index) => html`
            <${Row}
              key=${expense.id}
              expense=${expense}
              at=${first + index}
              columns=${columns}
              isChosen=${isChosen(expense.id)}
              onTick=${(/** @type {MouseEvent} */ event) =>
                choose(first + index, /** @type {HTMLInputElement} */ (event.currentTarget).checked, event.shiftKey)}
              onCategory=${(/** @type {MouseEvent} */ event) => set({ expense, from: /** @type {HTMLElement} */ (event.currentTarget) })}
              onApprove=${() => onApprove(expense)}
            />
          `,
        )}
      </div>
    </div>
    <${Waiting} problem=${problem} isLoading=${false} onAgain=${hasMore ? more : again} />
    ${hasMore && html`<${NearEnd} key=${`${items.length} ${isLoading}`} onNear=${() => isLoading || more()} />`}
    ${setting &&
    html`
      <${CategoryChoice}
        key=${setting.expense.id}
        ...${setting}
        onClose=${() => set(null)}
        onDone=${(/** @type {ListedExpense} */ fresh) => (set(null), renew(fresh))}
      />
    `}
  `;
}

/** @param {{ columns: Column[], asked: Asked, areShown: boolean, onShown: () => void }} props */
function Head({ columns, asked, areShown, onShown }) {
  const sort = asked.sort ?? "-date";
  return html`
    <div class="found-head" role="rowgroup">
      <div class="found-row" role="row">
        ${maySelect() &&
        html`
          <span role="columnheader" class="found-tick">
            <label><input type="checkbox" checked=${areShown} onClick=${onShown} aria-label="Select all shown" /></label>
          </span>
        `}
        ${columns.map(({ name, label, sort: by }) => {
          if (!by) return html`<span key=${name} role="columnheader" class=${`found-${name}`}>${name === "document" ? html`<span class="visually-hidden">${label}</span>` : label}</span>`;
          const isOpen = sort === by || sort === `-${by}`;
          const isDown = sort.startsWith("-");
          // What is newest and largest first, names from A on.
          const next = isOpen ? (isDown ? by : `-${by}`) : by === "merchant" ? by : `-${by}`;
          return html`
            <span key=${name} role="columnheader" class=${`found-${name}`} aria-sort=${isOpen ? (isDown ? "descending" : "ascending") : null}>
              <button type="button" class="found-sort" onClick=${() => go(addressOf({ ...asked, sort: next === "-date" ? "" : next }), { replace: true })}>
                ${label}${isOpen && html`<${Icon} name=${isDown ? "down" : "up"} />`}
              </button>
            </span>
          `;
        })}
      </div>
    </div>
  `;
}

/**
 * @param {object} props
 * @param {ListedExpense} props.expense
 * @param {number} props.at
 * @param {Column[]} props.columns
 * @param {boolean} props.isChosen
 * @param {(event: MouseEvent) => void} props.onTick
 * @param {(event: MouseEvent) => void} props.onCategory
 * @param {() => void} props.onApprove
 */
function Row({ expense, at, columns, isChosen, onTick, onCategory, onApprove }) {
  const { merchant, runId, status } = expense;
  return html`
    <div class=${`found-row ${isChosen ? "is-chosen" : ""}`} role="row" aria-rowindex=${at + 2} data-at=${at}>
      ${maySelect() &&
      html`
        <span role="cell" class="found-tick">
          <label><input type="checkbox" checked=${isChosen} onClick=${onTick} aria-label=${t`Select ${merchant}`} /></label>
        </span>
      `}
      ${columns.map(
        ({ name }) => html`
          <span key=${name} role="cell" class=${`found-${name}`}>
            ${CELLS[name]?.(expense, { onCategory })}
            ${name === "merchant" &&
            html`
              <span class="found-acts">
                ${status === "ready" &&
                may("approve") &&
                html`<button type="button" class="icon-button" title="Approve" aria-label=${t`Approve ${merchant}`} onClick=${onApprove}><${Icon} name="check" /></button>`}
                <a class="icon-button" href=${`/runs/${runId}`} title="Open its receipt" aria-label=${t`Open the receipt of ${merchant}`}><${Icon} name="document" /></a>
              </span>
            `}
          </span>
        `,
      )}
    </div>
  `;
}

/** @param {Element} body */
function heightOf(body) {
  return Number.parseFloat(getComputedStyle(body).getPropertyValue("--row")) || 40;
}

/**
 * Which rows are to be drawn: from `first` up to `last`, which is not one of them.
 *
 * @param {{ current: HTMLElement | null }} body
 * @param {number} count
 */
function useSeen(body, count) {
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
      setSeen((before) => (before.first === first && before.last === last ? before : { first, last }));
    };
    const soon = () => void (frame ||= requestAnimationFrame(look));
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

/**
 * Where the keys are: in the row that has the focus, or had it last.
 *
 * @param {{ current: HTMLElement | null }} body
 * @param {number} count
 */
function useRows(body, count) {
  const before = useRef(/** @type {number | null} */ (null));
  const at = () => {
    const row = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-at]") ?? null);
    if (row && body.current?.contains(row)) before.current = Number(row.dataset.at);
    return before.current === null || before.current >= count ? null : before.current;
  };
  /** @param {number} place */
  const goTo = (place) => {
    before.current = place;
    const focus = () => /** @type {HTMLElement | null | undefined} */ (body.current?.querySelector(`[data-at="${place}"] a.found-link`))?.focus();
    if (focus() === undefined && !body.current?.querySelector(`[data-at="${place}"]`)) {
      // It is not drawn yet.
      const it = /** @type {HTMLElement} */ (body.current);
      scrollTo({ top: scrollY + it.getBoundingClientRect().top + place * heightOf(it) - innerHeight / 2 });
      requestAnimationFrame(() => requestAnimationFrame(focus));
    }
  };
  return { at, goTo };
}
