// @ts-check
/** The rows of what is found. They stand in blocks, so that a page more does not draw those that are there again. */

import { useEffect, useMemo, useRef } from "preact/hooks";

import { StageChip } from "../parts/stage.js";
import { Day, Money } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { declareKeys } from "../shortcuts.js";
import { may } from "../state/session.js";
import { ProposedChip } from "./proposed.js";
import { html, t } from "../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { ListedExpense } from "../api/types.js" */
/** @import { Pages } from "../state/request.js" */

const BLOCK = 100;
const NEAR = "800px";

const useKeys = declareKeys(t`In the list of expenses`, {
  next: ["j", t`Next expense`],
  previous: ["k", t`Previous expense`],
  select: ["x", t`Select`],
  selectDown: ["J", t`Select this one and the next`],
  selectUp: ["K", t`Select this one and the previous`],
});

/** @typedef {ReadonlySet<string>} Ids */

/**
 * @param {object} props
 * @param {Pages<ListedExpense>} props.pages
 * @param {Ids} props.chosen
 * @param {(chosen: Ids) => void} props.onChoose
 * @param {boolean} props.isAll all that is found is chosen
 * @param {() => void} props.onAll
 * @param {ComponentChildren} props.empty what stands there where nothing is found
 */
export function FoundList({ pages, chosen, onChoose, isAll, onAll, empty }) {
  const { items, hasMore, isLoading, problem, more, again } = pages;
  const last = useRef(-1);
  const state = useRef({ items, chosen, onChoose });
  state.current = { items, chosen, onChoose };
  // A page may be short, or empty, before the end.
  useEffect(() => {
    if (items.length === 0 && hasMore && !isLoading && !problem) more();
  }, [items.length, hasMore, isLoading]);
  const onTick = useMemo(
    () => (/** @type {MouseEvent} */ event) => {
      const box = /** @type {HTMLInputElement} */ (event.currentTarget);
      const { items: all, chosen: before, onChoose: choose } = state.current;
      const place = all.findIndex(({ id }) => id === box.value);
      const from = event.shiftKey && last.current >= 0 ? Math.min(last.current, place) : place;
      const to = event.shiftKey && last.current >= 0 ? Math.max(last.current, place) : place;
      const now = new Set(before);
      for (const { id } of all.slice(from, to + 1)) {
        if (box.checked) now.add(id);
        else now.delete(id);
      }
      last.current = place;
      // The next one may come before this is drawn.
      state.current = { ...state.current, chosen: now };
      choose(now);
    },
    [],
  );
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  useListKeys(list);
  if (items.length === 0) {
    return problem || isLoading || hasMore
      ? html`<${Waiting} problem=${problem} isLoading=${isLoading || hasMore} onAgain=${again} />`
      : empty;
  }
  const areShown = isAll || items.every(({ id }) => chosen.has(id));
  const onShown = () => onChoose(areShown ? new Set() : new Set(items.map(({ id }) => id)));
  const starts = Array.from({ length: Math.ceil(items.length / BLOCK) }, (_, index) => index * BLOCK);
  return html`
    ${may("edit") &&
    html`
      <div class="choose-row">
        <label class="choose-all"><input type="checkbox" checked=${areShown} onClick=${onShown} /> Select all shown</label>
        ${areShown && !isAll && html`<button type="button" class="link-button" onClick=${onAll}>Select all found</button>`}
      </div>
    `}
    <ul class="lines found" aria-label="Expenses" aria-busy=${isLoading} ref=${list}>
      ${starts.map((start) => html`<${Block} key=${start} items=${items.slice(start, start + BLOCK)} ...${{ chosen, isAll, onTick }} />`)}
    </ul>
    <${Waiting} problem=${problem} isLoading=${false} onAgain=${hasMore ? more : again} />
    ${hasMore && html`<${NearEnd} key=${`${items.length} ${isLoading}`} isBusy=${isLoading} onNear=${more} />`}
  `;
}

/** @param {{ items: ListedExpense[], chosen: Ids, isAll: boolean, onTick: (event: MouseEvent) => void }} props */
function Block({ items, chosen, isAll, onTick }) {
  const ticked = isAll ? items.length : items.filter(({ id }) => chosen.has(id)).length;
  const key = `${items[0]?.id} ${items.at(-1)?.id} ${items.length} ${ticked}`;
  const before = useRef({ items, chosen });
  const isSame = before.current.items.every((each, index) => each === items[index]);
  if (!isSame || before.current.items.length !== items.length) before.current = { items, chosen };
  return useMemo(
    () => items.map((each) => row(each, isAll || chosen.has(each.id), onTick)),
    [key, before.current, ticked === 0 || ticked === items.length ? ticked : chosen],
  );
}

/**
 * @param {ListedExpense} expense
 * @param {boolean} isChosen
 * @param {(event: MouseEvent) => void} onTick
 */
function row({ id, merchant, date, total, currency, category, proposedCategory, parts, tags, stage, base }, isChosen, onTick) {
  const sorted = parts.length > 0 ? parts.map((part) => part.category ?? t`No category`).join(", ") : category;
  const none = proposedCategory ? "" : t`No category`;
  const note = [sorted ?? none, ...tags.map((tag) => `#${tag}`)];
  return html`
    <li key=${id} class="line found-line">
      ${may("edit") &&
      html`
        <label class="found-tick">
          <input type="checkbox" value=${id} checked=${isChosen} onClick=${onTick} aria-label=${t`Select ${merchant}`} />
        </label>
      `}
      <a href=${`/expenses/${id}`}>
        <span class="line-title">${merchant}</span>
        <span class="line-note">
          ${proposedCategory && html`<${ProposedChip} proposed=${proposedCategory} /> `}${note.filter(Boolean).join(" · ")}
        </span>
        <span class="line-day"><${StageChip} stage=${stage} /> <${Day} day=${date} /></span>
        <span class="line-amount">
          <${Money} amount=${total} currency=${currency} />
          ${base && base.currency !== currency && html`<small><${Money} amount=${base.total} currency=${base.currency} /></small>`}
        </span>
      </a>
    </li>
  `;
}

/**
 * As in other lists: j and k go down and up, x chooses; with the shift key, going chooses on the way.
 *
 * @param {{ current: HTMLElement | null }} list
 */
function useListKeys(list) {
  const rows = () => [...(list.current?.querySelectorAll("li") ?? [])];
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const boxOf = (/** @type {Element | undefined} */ row) => row?.querySelector("input");
  const go = (/** @type {number} */ step) => {
    const all = rows();
    const at = here();
    const next = at === -1 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step));
    all[next]?.querySelector("a")?.focus();
    return all[next];
  };
  const chooseOn = (/** @type {number} */ step) => {
    const from = boxOf(rows()[here()]);
    if (from && !from.checked) from.click();
    const to = boxOf(go(step));
    if (to && !to.checked) to.click();
  };
  useKeys({
    next: () => void go(1),
    previous: () => void go(-1),
    select: () => boxOf(rows()[here()])?.click(),
    selectDown: () => chooseOn(1),
    selectUp: () => chooseOn(-1),
  });
}

/** @param {{ isBusy: boolean, onNear: () => void }} props */
function NearEnd({ isBusy, onNear }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => {
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting && !isBusy && onNear(), { rootMargin: NEAR });
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  }, []);
  return html`<button type="button" class="button load-more" ref=${button} onClick=${onNear}>Load more</button>`;
}
