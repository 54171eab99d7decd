/** A button with a menu beside it. Escape, or a click elsewhere, closes it. */

import { useId, useRef } from "preact/hooks";

import { Icon } from "./icon.tsx";
import type { ComponentChildren, TargetedToggleEvent } from "preact";

export function Menu({
  label,
  text,
  buttonClass = text ? "button" : "icon-button",
  children,
}: {
  /** of the button, which is a symbol where there is no `text` */
  label: string;
  text?: string;
  buttonClass?: string;
  children: (close: () => void) => ComponentChildren;
}) {
  const id = useId();
  const menu = useRef<HTMLDivElement | null>(null);
  const button = useRef<HTMLButtonElement | null>(null);
  const onToggle = (event: TargetedToggleEvent<HTMLDivElement>) => {
    if (!menu.current || !button.current) return;
    const isOpen = event.newState === "open";
    if (isOpen) placeBeside(menu.current, button.current);
    // Until it has its place, which is a frame or more after it opens, it is not seen: a finger
    // would meet what lies below.
    menu.current.toggleAttribute("data-placed", isOpen);
  };
  return (
    <>
      <button
        type="button"
        class={buttonClass}
        popovertarget={id}
        ref={button}
        aria-label={text ? undefined : label}
        title={text ? undefined : label}
      >
        {text ?? <Icon name="dots" />}
      </button>
      <div
        class="menu is-beside"
        id={id}
        popover="auto"
        role="group"
        aria-label={label}
        ref={menu}
        onToggle={onToggle}
      >
        {children(() => menu.current?.hidePopover())}
      </div>
    </>
  );
}

const APART = 4;
const EDGE = 8;

/**
 * Put something that is shown over the page below an element, or above it where there is no room.
 * Its place is in `--left` and `--top`.
 */
export function placeBeside(it: HTMLElement, from: Element) {
  const { left, bottom, top } = from.getBoundingClientRect();
  const { width, height } = it.getBoundingClientRect();
  const isBelow = bottom + APART + height < innerHeight - EDGE;
  it.style.setProperty("--left", `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
  it.style.setProperty(
    "--top",
    `${isBelow ? bottom + APART : Math.max(EDGE, top - APART - height)}px`,
  );
}
