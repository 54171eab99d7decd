/** Entries of the audit as rows: when, who, what, and about which thing. */

import { Changes } from "./changes.tsx";
import { At, saysOf, thingOf, whoOf } from "./words.tsx";
import type { Entry } from "../api/types.d.ts";

/** What the columns are called. */
export const HEAD = (
  <tr>
    <th scope="col">What</th>
    <th scope="col" class="audit-text">
      Who
    </th>
    <th scope="col" class="audit-text">
      About
    </th>
    <th scope="col">When</th>
  </tr>
);

export function row(entry: Entry) {
  const { id, at, outcome, reason, about, isSealed, who, changes } = entry;
  return (
    <tr key={id ?? at}>
      <th scope="row">
        {saysOf(entry)}
        {outcome === "failure" && <small class="audit-failed">It failed</small>}
        <Changes changes={changes} />
        {reason && <small>Reason: {reason}</small>}
        {isSealed === false && <small>Not sealed yet</small>}
      </th>
      <td class="audit-text" data-label="Who">
        {whoOf(who)}
      </td>
      <td class="audit-text" data-label="About">
        {about &&
          (about.kind === "page" ? (
            <a href={about.path}>Open it</a>
          ) : (
            <a href={about.path}>{thingOf(about)}</a>
          ))}
      </td>
      <td data-label="When">
        <At at={at} />
      </td>
    </tr>
  );
}
