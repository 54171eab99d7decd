// @ts-check
/** Entries of the audit as rows: when, who, what, and about which thing. */

import { At, saysOf, thingOf, whoOf } from "./words.js";
import { html } from "../words.js";

/** @import { Entry } from "../api/types.js" */

/** What the columns are called. */
export const HEAD = html`
  <tr>
    <th scope="col">What</th>
    <th scope="col" class="audit-text">Who</th>
    <th scope="col" class="audit-text">About</th>
    <th scope="col">When</th>
  </tr>
`;

/** @param {Entry} entry */
export function row(entry) {
  const { id, at, outcome, reason, about, isSealed, who } = entry;
  return html`
    <tr key=${id ?? at}>
      <th scope="row">
        ${saysOf(entry)}
        ${outcome === "failure" && html`<small class="audit-failed">It failed</small>`}
        ${reason && html`<small>Reason: ${reason}</small>`}
        ${isSealed === false && html`<small>Not sealed yet</small>`}
      </th>
      <td class="audit-text" data-label="Who">${whoOf(who)}</td>
      <td class="audit-text" data-label="About">
        ${about && (about.kind === "page" ? html`<a href=${about.path}>Open it</a>` : html`<a href=${about.path}>${thingOf(about)}</a>`)}
      </td>
      <td data-label="When"><${At} at=${at} /></td>
    </tr>
  `;
}
