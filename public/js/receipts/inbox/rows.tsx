/** The rows, and the way through them: the next page near the end, keys from one to the next. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { scrollOf } from "../../shell/address.ts";
import { declareKeys } from "../../shortcuts.ts";
import { lastOpened } from "../../state/lists.ts";
import { report } from "../../state/report.ts";
import { store, sync, uploads } from "../../state/runs.ts";
import { Row } from "./row.tsx";
import { t } from "../../words.ts";
import type { ListName } from "../../state/run-store.ts";
import type { RowModel } from "./row-model.ts";

const useKeys = declareKeys(t`In the inbox`, {
  next: ["j", t`Next receipt`],
  previous: ["k", t`Previous receipt`],
});

export function Rows({
  models,
  list,
  onSelect,
}: {
  models: RowModel[];
  list: ListName;
  onSelect: (key: string, isSelected: boolean) => void;
}) {
  const rows = useRef<HTMLUListElement | null>(null);
  useReturn(rows);
  useRowKeys(rows);
  const find = (key: string) => uploads.items.find((upload) => upload.key === key);
  const actions = {
    onSelect,
    onRetry: (key: string) => {
      const upload = find(key);
      if (upload) uploads.retry(upload);
    },
    onDismiss: (key: string) => {
      const upload = find(key);
      if (upload) uploads.dismiss(upload);
    },
  };
  return (
    <>
      <ul class="rows" id="rows" ref={rows}>
        {models.map((model) => (
          <Row key={model.key} model={model} {...actions} />
        ))}
      </ul>
      {store.hasMore(list) && <More list={list} />}
    </>
  );
}

function More({ list }: { list: ListName }) {
  const button = useRef<HTMLButtonElement | null>(null);
  const [isLoading, setLoading] = useState(false);
  const load = () => {
    if (isLoading) return;
    setLoading(true);
    sync
      .loadMore(list)
      .catch(report)
      .finally(() => setLoading(false));
  };
  useEffect(() => {
    // Observing anew asks again whether the end is near.
    if (isLoading || !button.current) return;
    const nearEnd = new IntersectionObserver(([seen]) => seen?.isIntersecting && load(), {
      rootMargin: "600px",
    });
    nearEnd.observe(button.current);
    return () => nearEnd.disconnect();
  }, [isLoading, list]);
  return (
    <button type="button" class="button load-more" id="load-more" ref={button} onClick={load}>
      Load more
    </button>
  );
}

/** Whoever comes back from a receipt finds the list, and the focus, where they left it. */
function useReturn(rows: { current: HTMLElement | null }) {
  useLayoutEffect(() => {
    const opened = lastOpened.peek();
    if (!opened) return;
    lastOpened.value = null;
    scrollTo({ top: scrollOf(location.pathname), behavior: "instant" });
    const local = uploads.items.find(
      (upload) => upload.state === "accepted" && upload.runId === opened,
    );
    linksIn(rows.current)
      .find((link) => link.closest("li")?.dataset.key === (local?.key ?? opened))
      ?.focus({ preventScroll: true });
  }, []);
}

function useRowKeys(rows: { current: HTMLElement | null }) {
  const move = (step: number) => {
    const links = linksIn(rows.current);
    const focused = links.findIndex((link) => link.closest("li")?.contains(document.activeElement));
    const index = focused === -1 ? (step > 0 ? 0 : links.length - 1) : focused + step;
    links[Math.max(0, Math.min(links.length - 1, index))]?.focus();
  };
  useKeys({ next: () => move(1), previous: () => move(-1) });
}

function linksIn(rows: HTMLElement | null) {
  return [...((rows?.querySelectorAll("a.row-link[href]") ?? []) as NodeListOf<HTMLAnchorElement>)];
}
