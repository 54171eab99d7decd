/** A button of a phone's bar, and what it opens above it. */

import { useRef } from "preact/hooks";

import { Icon } from "./icon.tsx";
import type { ComponentChildren } from "preact";

/** `act` is done at once: what the button opens shows behind that. */
export function Sheet({
  id,
  title,
  icon,
  isHere = false,
  act,
  children,
}: {
  id: string;
  title: string;
  icon: string;
  /** whether it has the view that is open */
  isHere?: boolean;
  act?: () => void;
  children: ComponentChildren;
}) {
  const sheet = useRef<HTMLDivElement | null>(null);
  const tap = () => {
    if (!sheet.current?.matches(":popover-open")) act?.(); // a second tap closes it
  };
  return (
    <>
      <button
        type="button"
        class={act ? "is-primary" : undefined}
        popovertarget={id}
        data-open={isHere}
        onClick={tap}
      >
        <Icon name={icon} />
        <span>{title}</span>
      </button>
      <div
        class="menu sheet"
        id={id}
        popover="auto"
        ref={sheet}
        onClick={() => sheet.current?.hidePopover()}
      >
        {children}
      </div>
    </>
  );
}
