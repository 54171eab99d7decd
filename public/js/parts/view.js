// @ts-check
/** The frame of a view: its heading, what it says while it loads, and what it says where there is nothing. */

import { useEffect, useRef } from "preact/hooks";

import { wasLedHere } from "../shell/address.js";
import { trail } from "../state/trail.js";
import { Icon } from "./icon.js";
import { html } from "../words.js";

/** @import { ComponentChildren } from "preact" */

/**
 * A view with its heading, which gets the focus when a person comes to the view by a link.
 *
 * @param {{ title: string, actions?: ComponentChildren, children?: ComponentChildren }} props `actions` are buttons
 *   beside the heading
 */
export function View({ title, actions, children }) {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    document.title = `${title} · Tillroll`;
  }, [title]);
  useEffect(() => {
    if (wasLedHere.value) heading.current?.focus({ preventScroll: true });
  }, []);
  return html`
    <section class="view">
      <div class="view-head">
        <div class="view-title">
          <${Crumbs} />
          <h1 ref=${heading} tabindex="-1">${title}</h1>
        </div>
        ${actions && html`<div class="view-actions">${actions}</div>`}
      </div>
      ${children}
    </section>
  `;
}

/** The way back up; the heading beside it is its end. */
export function Crumbs() {
  if (trail.value.length === 0) return null;
  return html`
    <nav class="crumbs" aria-label="Breadcrumbs">
      <ol>${trail.value.map(({ path, title }) => html`<li key=${path}><a href=${path}>${title}</a></li>`)}</ol>
    </nav>
  `;
}

/**
 * What stands in the place of something that was asked for and is not there.
 *
 * @param {{ problem: string | null, isLoading: boolean, onAgain: () => void }} props
 */
export function Waiting({ problem, isLoading, onAgain }) {
  if (problem) {
    return html`
      <div class="form-problem view-problem" role="alert">
        <p>${problem}</p>
        <button type="button" class="button small" onClick=${onAgain}>Try again</button>
      </div>
    `;
  }
  return isLoading ? html`<p class="view-loading">Loading …</p>` : null;
}

/**
 * A list without anything in it says what will be there, and how.
 *
 * @param {{ icon?: string, title: string, children?: ComponentChildren }} props
 */
export function Empty({ icon = "check", title, children }) {
  return html`
    <div class="empty">
      <${Icon} name=${icon} class="empty-mark" />
      <h2>${title}</h2>
      ${children}
    </div>
  `;
}
