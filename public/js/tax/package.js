// @ts-check
/** The annual package for the tax adviser: asked for here, made by an export, and found among these. */

import { useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.js";
import { counted } from "../format.js";
import { SelectField } from "../parts/fields.js";
import { Moment } from "../parts/values.js";
import { go } from "../shell/address.js";
import { showIfOver } from "../state/report.js";
import { sentenceOf, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { html, t } from "../words.js";

/** @import { Export } from "../api/types.js" */

const YEARS = 11;
const NEWEST = 100;

export function AnnualPackage() {
  const thisYear = new Date().getFullYear();
  // In its first half, a year's package is the one of the year before.
  const [year, setYear] = useState(String(new Date().getMonth() < 6 ? thisYear - 1 : thisYear));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const body = { format: /** @type {const} */ ("package"), filter: { from: `${year}-01-01`, to: `${year}-12-31` } };
  const counting = useRequest(async (signal) => (may("export") ? post("/api/exports/count", body, { signal }) : null), [year]);
  const made = useRequest((signal) => get("/api/exports", { query: { limit: NEWEST }, signal }), []);
  // What was counted for another year says nothing of this one.
  const count = counting.isLoading ? null : counting.answer?.count;
  const years = Array.from({ length: YEARS }, (_, back) => String(thisYear - back)).map((value) => ({ value, label: value }));

  async function make() {
    setBusy(true);
    setProblem(null);
    try {
      const begun = await post("/api/exports", body);
      go(`/exports/${begun.id}`);
    } catch (error) {
      if (!showIfOver(error)) setProblem(error instanceof ApiError ? error.message : sentenceOf(error));
      setBusy(false);
    }
  }
  const packages = (made.answer?.items ?? []).filter(({ format }) => format === "package");
  return html`
    <section class="card" aria-labelledby="package-title">
      <h2 id="package-title">Annual package for the tax adviser</h2>
      <p>
        One ZIP with the originals in a folder for each month, an index, the tax report as a table and as PDF, a list of open points, and checksums.
      </p>
      ${may("export")
        ? html`
            <div class="fields-row is-single">
              <${SelectField} label="Year" value=${year} options=${years} onValue=${setYear} />
            </div>
            <p aria-live="polite">${count === 0 ? t`There are no expenses of ${year}.` : count && t`${counted(count, "expense")} of ${year} will be in it.`}</p>
            ${count && counting.answer?.warnings.map(({ code, message }) => html`<p key=${code} class="export-warning">${message}</p>`)}
            ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
            <p class="form-buttons"><button type="button" class="button primary" disabled=${isBusy || !count} onClick=${make}>Make the package</button></p>
          `
        : html`<p class="quiet">Somebody who may export can make it.</p>`}
    </section>
    ${packages.length > 0 &&
    html`
      <section aria-labelledby="packages-title">
        <h2 id="packages-title">Packages</h2>
        <ul class="lines">${packages.map(line)}</ul>
      </section>
    `}
  `;
}

/** @param {Export} shown */
function line({ id, fileName, message, status, createdAt, count }) {
  return html`
    <li class="line" key=${id}>
      <a href=${`/exports/${id}`}>
        <span class="line-title">${fileName}</span>
        <span class="line-note">${status === "complete" ? counted(count, "expense") : message}</span>
        <span class="line-day"><${Moment} at=${createdAt} /></span>
      </a>
    </li>
  `;
}
