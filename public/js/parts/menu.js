// @ts-check
/** A button with a menu beside it. Escape, or a click elsewhere, closes it. */

import { useId, useRef } from "preact/hooks";

import { Icon } from "./icon.js";
import { html } from "../words.js";

/** @import { ComponentChildren } from "preact" */

/**
 * @param {object} props
 * @param {string} props.label of the button, which is a symbol where there is no `text`
 * @param {string} [props.text]
 * @param {string} [props.buttonClass]
 * @param {(close: () => void) => ComponentChildren} props.children
 */
export function Menu({ label, text, buttonClass = text ? "button" : "icon-button", children }) {
  const id = useId();
  const menu = useRef(/** @type {HTMLDivElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const onToggle = (/** @type {ToggleEvent} */ event) => {
    if (!menu.current || !button.current) return;
    const isOpen = event.newState === "open";
    if (isOpen) placeBeside(menu.current, button.current);
    // Until it has its place, which is a frame or more after it opens, it is not seen: a finger would meet what lies below.
    menu.current.toggleAttribute("data-placed", isOpen);
  };
  return html`
    <button type="button" class=${buttonClass} popovertarget=${id} ref=${button} aria-label=${text ? null : label} title=${text ? null : label}>
      ${text ?? html`<${Icon} name="dots" />`}
    </button>
    <div class="menu is-beside" id=${id} popover="auto" role="group" aria-label=${label} ref=${menu} onToggle=${onToggle}>
      ${children(() => menu.current?.hidePopover())}
    </div>
  `;
}

const APART = 4;
const EDGE = 8;

/**
 * Put something that is shown over the page below an element, or above it where there is no room. Its place is in `--left` and `--top`.
 *
 * @param {HTMLElement} it
 * @param {Element} from
 */
export function placeBeside(it, from) {
  const { left, bottom, top } = from.getBoundingClientRect();
  const { width, height } = it.getBoundingClientRect();
  const isBelow = bottom + APART + height < innerHeight - EDGE;
  it.style.setProperty("--left", `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
  it.style.setProperty("--top", `${isBelow ? bottom + APART : Math.max(EDGE, top - APART - height)}px`);
}
