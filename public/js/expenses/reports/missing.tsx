/** What expenses lack, and the runs that wait for somebody. */

import { addressOf, MISSING } from "../asked.ts";
import type { MissingReport } from "../../api/types.d.ts";

export function MissingTable({ report: { rows, runs } }: { report: MissingReport }) {
  return (
    <>
      <table class="card figures">
        <thead>
          <tr>
            <th scope="col">Missing</th>
            <th scope="col">Expenses</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ missing, count, filter }) => (
            <tr key={missing}>
              <th scope="row">
                {MISSING.find(({ value }) => value === missing)?.label ?? missing}
              </th>
              <td>{count > 0 ? <a href={addressOf(filter)}>{count}</a> : count}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table class="card figures">
        <thead>
          <tr>
            <th scope="col">Not an expense yet</th>
            <th scope="col">Runs</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Being read</th>
            <td>
              <a href="/">{runs.processing}</a>
            </td>
          </tr>
          <tr>
            <th scope="row">Needs review</th>
            <td>
              <a href="/inbox/review">{runs.needsReview}</a>
            </td>
          </tr>
          <tr>
            <th scope="row">Failed</th>
            <td>
              <a href="/inbox/failed">{runs.failed}</a>
            </td>
          </tr>
        </tbody>
      </table>
    </>
  );
}
