// @ts-check
/** Tabs: one panel of several is shown; the arrow keys go from tab to tab. */

import { useId, useRef, useState } from "preact/hooks";

import { html } from "../../words.js";

/** @import { ComponentChildren } from "preact" */

/** @param {{ label: string, tabs: { title: string, body: () => ComponentChildren }[] }} props */
export function Tabs({ label, tabs }) {
  const id = useId();
  const [chosen, choose] = useState(0);
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (chosen + step + tabs.length) % tabs.length;
    choose(next);
    /** @type {HTMLElement | undefined} */ (list.current?.querySelectorAll("button")[next])?.focus();
  };
  return html`
    <div class="expense-tabs">
      <div class="tab-list" role="tablist" aria-label=${label} ref=${list} onKeyDown=${onKeyDown}>
        ${tabs.map(
          ({ title }, index) => html`
            <button
              key=${title}
              type="button"
              role="tab"
              id=${`${id}-tab-${index}`}
              aria-controls=${`${id}-panel`}
              aria-selected=${String(index === chosen)}
              tabindex=${index === chosen ? 0 : -1}
              onClick=${() => choose(index)}
            >
              ${title}
            </button>
          `,
        )}
      </div>
      <div role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-tab-${chosen}`}>${tabs[chosen]?.body()}</div>
    </div>
  `;
}
