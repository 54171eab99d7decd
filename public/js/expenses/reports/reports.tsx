/**
 * What was spent: by month beside the year before, by category, merchant and person; its tax; and
 * what is missing.
 */

import { get } from "../../api/client.ts";
import { BoundField } from "../../parts/fields.tsx";
import { lazy } from "../../parts/lazy.ts";
import { Empty, View, Waiting } from "../../parts/view.tsx";
import { go } from "../../shell/address.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { AnnualPackage } from "../../tax/package.tsx";
import { today } from "../../values/day.ts";
import { askable, monthsBack } from "../../values/period.ts";
import { hasChart } from "./rows.ts";
import { MissingTable } from "./missing.tsx";
import { SumsTable } from "./sums.tsx";
import { t } from "../../words.ts";
import type { ViewProps } from "../../shell/view-props.ts";

const Chart = lazy(() => import("./chart.tsx").then((module) => module.Chart));
const Tax = lazy(() =>
  import("../../shell/views/money.ts").then((module) => module.taxReport.default),
);

const KINDS = [
  { by: "month", label: t`Months` },
  { by: "category", label: t`Categories` },
  { by: "merchant", label: t`Merchants` },
  { by: "tax", label: t`Tax`, isOfAll: true },
  { by: "package", label: t`Annual package`, isOfAll: true },
  { by: "person", label: t`People`, isOfAll: true },
  { by: "missing", label: t`What is missing` },
];

type By = "month" | "category" | "merchant" | "person";

/** Those that choose their days themselves. */
const OWN_PERIOD = ["tax", "package"];

function isSum(by: string): by is By {
  return by !== "missing" && !OWN_PERIOD.includes(by);
}

export default function Reports({ query }: ViewProps) {
  const kinds = KINDS.filter(({ isOfAll }) => !isOfAll || may("read"));
  const by = kinds.find((kind) => kind.by === query.get("by"))?.by ?? "month";
  const period = { from: query.get("from") ?? "", to: query.get("to") ?? "" };
  return (
    <View title="Reports">
      <nav class="chips" aria-label="Reports">
        {kinds.map((kind) => (
          <a
            key={kind.by}
            class="chip"
            href={address(kind.by, period)}
            aria-current={kind.by === by ? "true" : undefined}
          >
            {kind.label}
          </a>
        ))}
      </nav>
      {by === "tax" && <Tax query={query} />}
      {by === "package" && <AnnualPackage />}
      {!OWN_PERIOD.includes(by) && <Period by={by} period={period} />}
      {by === "missing" && <Missing period={period} />}
      {isSum(by) && <Sums key={by} by={by} period={period} />}
    </View>
  );
}

function Period({ by, period }: { by: string; period: { from: string; to: string } }) {
  const shown = period.from || period.to ? period : lastYear();
  const field = (name: "from" | "to") => ({
    value: shown[name],
    onValue: (value: string) => go(address(by, { ...shown, [name]: value }), { replace: true }),
  });
  return (
    <>
      <nav class="chips" aria-label="Period">
        {presets(new Date().getFullYear()).map(({ label, from, to }) => (
          <a
            key={label}
            class="chip"
            href={address(by, { from, to })}
            aria-current={from === period.from && to === period.to ? "true" : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <div class="fields-row is-pair">
        <BoundField label="From" {...field("from")} />
        <BoundField label="To" {...field("to")} />
      </div>
    </>
  );
}

/** What is reported without bounds: twelve months up to this one. */
function lastYear() {
  const months = monthsBack(today());
  return { from: months.at(-1) ?? "", to: months[0] ?? "" };
}

/**
 * Periods that are asked for often. Without bounds the API takes the last twelve months.
 *
 * @param year this one
 */
function presets(year: number) {
  const whole = (number: number) => ({ from: `${number}-01`, to: `${number}-12` });
  return [
    { label: t`Last 12 months`, from: "", to: "" },
    { label: t`This year`, ...whole(year) },
    { label: t`Last year`, ...whole(year - 1) },
  ];
}

function Sums({ by, period }: { by: By; period: { from: string; to: string } }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/reports/{by}", { path: { by }, query: asked(period), signal }),
    [by, period.from, period.to],
  );
  if (!answer || problem)
    return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  if (answer.rows.length === 0) {
    return (
      <Empty icon="chart" title="There is nothing to report">
        <p>
          There are no expenses in this period. Choose another, or <a href="/">add receipts</a>.
        </p>
      </Empty>
    );
  }
  return (
    <>
      {hasChart(answer) && <Chart report={answer} />}
      <SumsTable report={answer} />
    </>
  );
}

function Missing({ period }: { period: { from: string; to: string } }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/reports/missing", { query: asked(period), signal }),
    [period.from, period.to],
  );
  if (!answer || problem)
    return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  return <MissingTable report={answer} />;
}

function asked({ from, to }: { from: string; to: string }) {
  return { from: askable(from), to: askable(to) };
}

function address(by: string, { from, to }: { from: string; to: string }) {
  const query = new URLSearchParams({ by });
  if (from) query.set("from", from);
  if (to) query.set("to", to);
  return `/reports?${query}`;
}
