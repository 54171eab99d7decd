// @ts-check
/** The rows, and the way through them: the next page near the end, keys from one to the next. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { scrollOf } from "../../shell/address.js";
import { declareKeys } from "../../shortcuts.js";
import { lastOpened } from "../../state/lists.js";
import { report } from "../../state/report.js";
import { store, sync, uploads } from "../../state/runs.js";
import { Row } from "./row.js";
import { html, t } from "../../words.js";

/** @import { ListName } from "../../state/run-store.js" */
/** @import { RowModel } from "./row-model.js" */

const useKeys = declareKeys(t`In the inbox`, { next: ["j", t`Next receipt`], previous: ["k", t`Previous receipt`] });

/**
 * @param {object} props
 * @param {RowModel[]} props.models
 * @param {ListName} props.list
 * @param {(key: string, isSelected: boolean) => void} props.onSelect
 */
export function Rows({ models, list, onSelect }) {
  const rows = useRef(/** @type {HTMLUListElement | null} */ (null));
  useReturn(rows);
  useRowKeys(rows);
  const find = (/** @type {string} */ key) => uploads.items.find((upload) => upload.key === key);
  const actions = {
    onSelect,
    onRetry: (/** @type {string} */ key) => {
      const upload = find(key);
      if (upload) uploads.retry(upload);
    },
    onDismiss: (/** @type {string} */ key) => {
      const upload = find(key);
      if (upload) uploads.dismiss(upload);
    },
  };
  return html`
    <ul class="rows" id="rows" ref=${rows}>
      ${models.map((model) => html`<${Row} key=${model.key} model=${model} ...${actions} />`)}
    </ul>
    ${store.cursor(list) !== null && html`<${More} list=${list} />`}
  `;
}

/** @param {{ list: ListName }} props */
function More({ list }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const [isLoading, setLoading] = useState(false);
  const load = () => {
    if (isLoading) return;
    setLoading(true);
    sync.loadMore(list).catch(report).finally(() => setLoading(false));
  };
  useEffect(() => {
    // Observing anew asks again whether the end is near.
    if (isLoading || !button.current) return;
    const nearEnd = new IntersectionObserver(([seen]) => seen?.isIntersecting && load(), { rootMargin: "600px" });
    nearEnd.observe(button.current);
    return () => nearEnd.disconnect();
  }, [isLoading, list]);
  return html`<button type="button" class="button load-more" id="load-more" ref=${button} onClick=${load}>Load more</button>`;
}

/** Whoever comes back from a receipt finds the list, and the focus, where they left it. @param {{ current: HTMLElement | null }} rows */
function useReturn(rows) {
  useLayoutEffect(() => {
    const opened = lastOpened.peek();
    if (!opened) return;
    lastOpened.value = null;
    scrollTo({ top: scrollOf(location.pathname), behavior: "instant" });
    const local = uploads.items.find((upload) => upload.state === "accepted" && upload.runId === opened);
    linksIn(rows.current)
      .find((link) => link.closest("li")?.dataset.key === (local?.key ?? opened))
      ?.focus({ preventScroll: true });
  }, []);
}

/** @param {{ current: HTMLElement | null }} rows */
function useRowKeys(rows) {
  const move = (/** @type {number} */ step) => {
    const links = linksIn(rows.current);
    const focused = links.findIndex((link) => link.closest("li")?.contains(document.activeElement));
    const index = focused === -1 ? (step > 0 ? 0 : links.length - 1) : focused + step;
    links[Math.max(0, Math.min(links.length - 1, index))]?.focus();
  };
  useKeys({ next: () => move(1), previous: () => move(-1) });
}

/** @param {HTMLElement | null} rows */
function linksIn(rows) {
  return [.../** @type {NodeListOf<HTMLAnchorElement>} */ (rows?.querySelectorAll("a.row-link[href]") ?? [])];
}
