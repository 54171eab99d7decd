// @ts-check
/** What was spent: by month beside the year before, by category, merchant and person; its tax; and what is missing. */

import { get } from "../../api/client.js";
import { TextField } from "../../parts/fields.js";
import { lazy } from "../../parts/lazy.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { go } from "../../shell/address.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { AnnualPackage } from "../../tax/package.js";
import { today } from "../../values/day.js";
import { askable, inputOf, monthsBack } from "../../values/period.js";
import { hasChart } from "./rows.js";
import { MissingTable } from "./missing.js";
import { SumsTable } from "./sums.js";
import { html, t } from "../../words.js";

/** @import { ViewProps } from "../../shell/routes.js" */

const Chart = lazy(() => import("./chart.js").then((module) => module.Chart));
const Tax = lazy(() => import("../../shell/views/others.js").then((module) => module.taxReport.default));

/** @typedef {"month" | "category" | "merchant" | "person"} By */

const KINDS = [
  { by: "month", label: t`Months` },
  { by: "category", label: t`Categories` },
  { by: "merchant", label: t`Merchants` },
  { by: "tax", label: t`Tax`, isOfAll: true },
  { by: "package", label: t`Annual package`, isOfAll: true },
  { by: "person", label: t`People`, isOfAll: true },
  { by: "missing", label: t`What is missing` },
];

/** Those that choose their days themselves. */
const OWN_PERIOD = ["tax", "package"];

/** @param {ViewProps} props */
export default function Reports({ query }) {
  const kinds = KINDS.filter(({ isOfAll }) => !isOfAll || may("read"));
  const by = kinds.find((kind) => kind.by === query.get("by"))?.by ?? "month";
  const period = { from: query.get("from") ?? "", to: query.get("to") ?? "" };
  return html`
    <${View} title="Reports">
      <nav class="chips" aria-label="Reports">
        ${kinds.map(
          (kind) => html`
            <a
              key=${kind.by}
              class="chip"
              href=${address(kind.by, period)}
              aria-current=${kind.by === by ? "true" : null}
              >${kind.label}</a
            >
          `,
        )}
      </nav>
      ${by === "tax" && html`<${Tax} query=${query} />`}
      ${by === "package" && html`<${AnnualPackage} />`}
      ${!OWN_PERIOD.includes(by) && html`<${Period} by=${by} period=${period} />`}
      ${by === "missing" && html`<${Missing} period=${period} />`}
      ${by !== "missing" && !OWN_PERIOD.includes(by) && html`<${Sums} key=${by} by=${by} period=${period} />`}
    <//>
  `;
}

/** @param {{ by: string, period: { from: string, to: string } }} props */
function Period({ by, period }) {
  const shown = period.from || period.to ? period : lastYear();
  const field = (/** @type {"from" | "to"} */ name) => ({
    value: shown[name],
    onValue: (/** @type {string} */ value) => go(address(by, { ...shown, [name]: value }), { replace: true }),
    attributes: inputOf(shown[name]),
  });
  return html`
    <nav class="chips" aria-label="Period">
      ${presets(new Date().getFullYear()).map(
        ({ label, from, to }) => html`
          <a key=${label} class="chip" href=${address(by, { from, to })} aria-current=${from === period.from && to === period.to ? "true" : null}>${label}</a>
        `,
      )}
    </nav>
    <div class="fields-row is-pair">
      <${TextField} label="From" ...${field("from")} />
      <${TextField} label="To" ...${field("to")} />
    </div>
  `;
}

/** What is reported without bounds: twelve months up to this one. */
function lastYear() {
  const months = monthsBack(today());
  return { from: months.at(-1) ?? "", to: months[0] ?? "" };
}

/** Periods that are asked for often. Without bounds the API takes the last twelve months. @param {number} year this one */
function presets(year) {
  const whole = (/** @type {number} */ number) => ({ from: `${number}-01`, to: `${number}-12` });
  return [
    { label: t`Last 12 months`, from: "", to: "" },
    { label: t`This year`, ...whole(year) },
    { label: t`Last year`, ...whole(year - 1) },
  ];
}

/** @param {{ by: By, period: { from: string, to: string } }} props */
function Sums({ by, period }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/reports/{by}", { path: { by }, query: asked(period), signal }),
    [by, period.from, period.to],
  );
  if (!answer || problem) return html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`;
  if (answer.rows.length === 0) {
    return html`
      <${Empty} icon="chart" title="There is nothing to report">
        <p>There are no expenses in this period. Choose another, or <a href="/">add receipts</a>.</p>
      <//>
    `;
  }
  return html`
    ${hasChart(answer) && html`<${Chart} report=${answer} />`}
    <${SumsTable} report=${answer} />
  `;
}

/** @param {{ period: { from: string, to: string } }} props */
function Missing({ period }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/reports/missing", { query: asked(period), signal }),
    [period.from, period.to],
  );
  if (!answer || problem) return html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`;
  return html`<${MissingTable} report=${answer} />`;
}

/** @param {{ from: string, to: string }} period */
function asked({ from, to }) {
  return { from: askable(from), to: askable(to) };
}

/**
 * @param {string} by
 * @param {{ from: string, to: string }} period
 */
function address(by, { from, to }) {
  const query = new URLSearchParams({ by });
  if (from) query.set("from", from);
  if (to) query.set("to", to);
  return `/reports?${query}`;
}
