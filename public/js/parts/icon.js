// @ts-check
/** Symbols, which are decorative: the text beside them, or a label, says what they mean. */

import { html } from "htm/preact";

/** @param {{ name: string, class?: string }} props `name` is a symbol of icons.svg */
export function Icon({ name, class: more }) {
  return html`<svg class=${more ? `icon ${more}` : "icon"} aria-hidden="true"><use href=${`/icons.svg#${name}`} /></svg>`;
}

/** Something is under way. */
export function Spinner() {
  return html`<span class="spinner" aria-hidden="true"></span>`;
}
