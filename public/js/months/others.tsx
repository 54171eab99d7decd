/** The way to another month: a picker beside the arrows, and the months that have expenses. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { monthAfter } from "../bank/completeness.ts";
import { counted } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { MonthInput } from "../parts/inputs.tsx";
import { go } from "../shell/address.ts";
import { closedAround } from "../state/closed.ts";
import { useRequest } from "../state/request.ts";
import { monthInWords, readMonth } from "../values/month-names.ts";
import { daysOf } from "../values/period.ts";
import { t } from "../words.ts";
import { yearsOf } from "./years.ts";

const PICKED = /^\d{4}-\d{2}$/;
/** Before any expense: without days the report is of twelve months. */
const ALWAYS = "1900-01";

/** @param month YYYY-MM */
export function OtherMonths({ month }: { month: string }) {
  return (
    <>
      <a class="button" href={`/months/${monthAfter(month, -1)}`} aria-label="The month before">
        ←
      </a>
      <Pick month={month} />
      <a class="button" href={`/months/${monthAfter(month, 1)}`} aria-label="The month after">
        →
      </a>
    </>
  );
}

/** What is picked opens at once, what is typed once it is finished. */
function Pick({ month }: { month: string }) {
  const [text, setText] = useState(month);
  const open = (typed: string) => {
    const other = readMonth(typed);
    if (other && other !== month) go(`/months/${other}`);
  };
  const onText = (typed: string) => {
    setText(typed);
    if (PICKED.test(typed)) open(typed);
  };
  const attributes = {
    "aria-label": t`Another month`,
    placeholder: t`e.g. ${"2026-03"}`,
    onChange: () => open(text),
  };
  return (
    <span class="month-pick">
      <MonthInput value={text} onText={onText} attributes={attributes} />
    </span>
  );
}

/** @param month the one that is shown, YYYY-MM */
export function MonthsWithExpenses({ month }: { month: string }) {
  const { answer } = useRequest(
    (signal) =>
      get("/api/reports/{by}", { path: { by: "month" }, query: { from: ALWAYS }, signal }),
    [],
  );
  const years = yearsOf(answer?.rows ?? []);
  if (years.length === 0) return null;
  return (
    <section class="month-others" aria-labelledby="month-others">
      <h2 id="month-others">Months with expenses</h2>
      {years.map(({ year, months }) => (
        <details key={year} open={year === month.slice(0, "2026".length) || years.length === 1}>
          <summary>
            <strong>{year}</strong>
          </summary>
          <ul class="lines" aria-label={year}>
            {months.map(({ key, count }) => (
              <li key={key} class="line">
                <a href={`/months/${key}`} aria-current={key === month ? "page" : undefined}>
                  <span class="line-title">{monthInWords(key)}</span>
                  <span class="line-note">{counted(count, "expense")}</span>
                  {isClosed(key) && (
                    <span class="line-amount">
                      <Icon name="lock" />
                      <span class="quiet">Closed</span>
                    </span>
                  )}
                </a>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

function isClosed(month: string) {
  const { from, to } = daysOf(month);
  return closedAround(from) !== null && closedAround(to) !== null;
}
