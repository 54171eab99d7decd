// @ts-check
/** The lock of what lies in closed days: a sign in a list, a sentence on a page. */

import { useEffect } from "preact/hooks";

import { daysInWords } from "../format.js";
import { closedAround, needClosed } from "../state/closed.js";
import { Icon } from "./icon.js";
import { html, t } from "../words.js";

/** @param {{ day: string }} props YYYY-MM-DD */
export function ClosedSign({ day }) {
  const period = closedAround(day);
  if (!period) return null;
  const title = t`${daysInWords(period.firstDay, period.lastDay)} is closed.`;
  return html`<span class="closed-sign" title=${title}><${Icon} name="lock" /><span class="visually-hidden">${title}</span></span>`;
}

/** @param {{ day: string | null | undefined }} props YYYY-MM-DD, where it is known */
export function ClosedNote({ day }) {
  useEffect(needClosed, []);
  const period = day ? closedAround(day) : null;
  if (!period) return null;
  return html`
    <p class="closed-note quiet">
      <${Icon} name="lock" /> ${t`${daysInWords(period.firstDay, period.lastDay)} is closed. Changes go into the next export as corrections.`}
    </p>
  `;
}
