/** Tabs: one panel of several is shown; the arrow keys go from tab to tab. */

import { useEffect, useId, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";

export type TabName = "history" | "text" | "processing";

/** One that is chosen as they are first shown, as by the address, is brought into view. */
export function Tabs({
  label,
  first,
  chosen,
  onChoose,
  tabs,
}: {
  label: string;
  /** is open until one is chosen */
  first: TabName;
  chosen: TabName | null;
  onChoose: (name: TabName) => void;
  tabs: { name: TabName; title: string; body: () => ComponentChildren }[];
}) {
  const id = useId();
  const place = tabs.findIndex(({ name }) => name === (chosen ?? first));
  const opened = Math.max(0, place);
  const choose = (index: number) => {
    const tab = tabs[index];
    if (tab) onChoose(tab.name);
  };
  const list = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    if (chosen !== null) list.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (opened + step + tabs.length) % tabs.length;
    choose(next);
    (list.current?.querySelectorAll("button")[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="expense-tabs">
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map(({ title }, index) => (
          <button
            key={title}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            aria-controls={`${id}-panel`}
            aria-selected={index === opened}
            tabindex={index === opened ? 0 : -1}
            onClick={() => choose(index)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${opened}`}>
        {tabs[opened]?.body()}
      </div>
    </div>
  );
}
