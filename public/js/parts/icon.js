// @ts-check
/** Symbols, which are decorative: the text beside them, or a label, says what they mean. */

import icons from "../../icons.svg";
import { html } from "../words.js";

/** @param {{ name: string, class?: string }} props `name` is a symbol of icons.svg */
export function Icon({ name, class: more }) {
  return html`<svg class=${more ? `icon ${more}` : "icon"} aria-hidden="true"><use href=${icon(name)} /></svg>`;
}

/** The address of a symbol of icons.svg. @param {string} name */
export function icon(name) {
  return `${icons}#${name}`;
}

/** Something is under way. */
export function Spinner() {
  return html`<span class="spinner" aria-hidden="true"></span>`;
}
