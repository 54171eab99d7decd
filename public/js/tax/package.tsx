/**
 * The annual package for the tax adviser: asked for here, made by an export, and found among
 * these.
 */

import { useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { SelectField } from "../parts/fields.tsx";
import { Moment } from "../parts/values.tsx";
import { go } from "../shell/address.ts";
import { showIfOver } from "../state/report.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import { Waiting } from "../parts/view.tsx";
import { Problem } from "../parts/problem.tsx";
import type { Export } from "../api/types.d.ts";

const YEARS = 11;
const NEWEST = 100;

export function AnnualPackage() {
  const thisYear = new Date().getFullYear();
  // In its first half, a year's package is the one of the year before.
  const [year, setYear] = useState(String(new Date().getMonth() < 6 ? thisYear - 1 : thisYear));
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const body = {
    format: "package" as const,
    filter: { from: `${year}-01-01`, to: `${year}-12-31` },
  };
  const counting = useRequest(
    async (signal) => (may("export") ? post("/api/exports/count", body, { signal }) : null),
    [year],
  );
  const made = useRequest(
    (signal) => get("/api/exports", { query: { limit: NEWEST }, signal }),
    [],
  );
  // What was counted for another year says nothing of this one.
  const count = counting.isLoading ? null : counting.answer?.count;
  const years = Array.from({ length: YEARS }, (_, back) => String(thisYear - back)).map(
    (value) => ({ value, label: value }),
  );

  async function make() {
    return whileBusy(async () => {
      setProblem(null);
      try {
        const begun = await post("/api/exports", body);
        go(`/exports/${begun.id}`);
      } catch (error) {
        if (!showIfOver(error))
          setProblem(error instanceof ApiError ? error.message : sentenceOf(error));
      }
    });
  }
  const packages = (made.answer?.items ?? []).filter(({ format }) => format === "package");
  return (
    <>
      <section class="card" aria-labelledby="package-title">
        <h2 id="package-title">Annual package for the tax adviser</h2>
        <p>
          One ZIP with the originals in a folder for each month, an index, the tax report as a table
          and as PDF, a list of open points, and checksums.
        </p>
        {may("export") ? (
          <>
            <div class="fields-row is-single">
              <SelectField label="Year" value={year} options={years} onValue={setYear} />
            </div>
            <p aria-live="polite">
              {count === 0
                ? t`There are no expenses of ${year}.`
                : count && t`${counted(count, "expense")} of ${year} will be in it.`}
            </p>
            {Boolean(count) &&
              counting.answer?.warnings.map(({ code, message }) => (
                <p key={code} class="export-warning">
                  {message}
                </p>
              ))}
            <Problem>{problem}</Problem>
            <p class="form-buttons">
              <button
                type="button"
                class="button primary"
                disabled={isBusy || !count}
                onClick={make}
              >
                Make the package
              </button>
            </p>
          </>
        ) : (
          <p class="quiet">Somebody who may export can make it.</p>
        )}
      </section>
      <Waiting problem={made.problem} isLoading={false} onAgain={made.again} />
      {packages.length > 0 && (
        <section aria-labelledby="packages-title">
          <h2 id="packages-title">Packages</h2>
          <ul class="lines">{packages.map(line)}</ul>
        </section>
      )}
    </>
  );
}

function line({ id, fileName, message, status, createdAt, count }: Export) {
  return (
    <li class="line" key={id}>
      <a href={`/exports/${id}`}>
        <span class="line-title">{fileName}</span>
        <span class="line-note">{status === "complete" ? counted(count, "expense") : message}</span>
        <span class="line-day">
          <Moment at={createdAt} />
        </span>
      </a>
    </li>
  );
}
