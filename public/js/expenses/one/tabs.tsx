/** Tabs: one panel of several is shown; the arrow keys go from tab to tab. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

export type TabName = "history" | "text" | "processing";

/** `first` is open until somebody chooses another; one that is asked for is brought into view */
export function Tabs({
  label,
  first,
  asked,
  tabs,
}: {
  label: string;
  first: TabName;
  /** by the address */
  asked: TabName | null;
  tabs: { name: TabName; title: string; body: () => ComponentChildren }[];
}) {
  const id = useId();
  const [name, chooseByName] = useState<TabName | null>(null);
  const opened = tabs.findIndex((tab) => tab.name === (name ?? asked ?? first));
  const chosen = Math.max(0, opened);
  const choose = (index: number) => chooseByName(tabs[index]?.name ?? null);
  const list = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    if (asked !== null) list.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (chosen + step + tabs.length) % tabs.length;
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
            aria-selected={index === chosen}
            tabindex={index === chosen ? 0 : -1}
            onClick={() => choose(index)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${chosen}`}>
        {tabs[chosen]?.body()}
      </div>
    </div>
  );
}
