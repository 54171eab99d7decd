/**
 * A report as bars, drawn by uPlot. It is loaded with the reports, and says nothing that the table
 * does not.
 */

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

// As in shell/views.
import "../../app.tsx";
import { chartOf } from "./chart-data.ts";
import { locale } from "../../words.ts";
import type { ExpenseReport } from "../../api/types.d.ts";
import type { ChartData } from "./chart-data.ts";

/** CSS pixels. */
const HEIGHT = 240;
const BAR_HEIGHT = 34;
const AXIS_HEIGHT = 26;
const LABEL_WIDTH = 62;
const LONGEST_NAME = 18;

const compact = new Intl.NumberFormat(locale, { notation: "compact" });
const dark = matchMedia("(prefers-color-scheme: dark)");

export function Chart({ report }: { report: ExpenseReport }) {
  const place = useRef<HTMLDivElement | null>(null);
  const legend = useRef<HTMLElement | null>(null);
  const data = chartOf(report);
  useEffect(() => {
    if (!place.current || !legend.current) return;
    return drawn(data, place.current, legend.current);
  }, [report]);
  return (
    <figure class="card chart">
      <figcaption ref={legend}>
        <strong>{data.title}</strong>
        {[...data.series].reverse().map(({ name }, index) => (
          <span key={name} class={index === 0 ? "chart-key" : "chart-key is-before"}>
            <span>{name}</span>
          </span>
        ))}
        {data.note && <small class="quiet">{data.note}</small>}
      </figcaption>
      <div class="chart-place" role="img" aria-label={data.sentence} ref={place} />
    </figure>
  );
}

/**
 * @param legend whose keys have the colours
 * @returns ends it
 */
function drawn(data: ChartData, place: HTMLElement, legend: HTMLElement): () => void {
  let plot: uPlot | null = null;
  const draw = () => {
    plot?.destroy();
    plot = new uPlot(
      optionsOf(data, place, legend),
      [data.labels.map((_, index) => index), ...data.series.map(({ values }) => values)],
      place,
    );
  };
  const sizes = new ResizeObserver(() => {
    if (!plot) draw();
    else if (plot.width !== place.clientWidth)
      plot.setSize({ width: place.clientWidth, height: plot.height });
  });
  sizes.observe(place);
  dark.addEventListener("change", draw);
  return () => {
    sizes.disconnect();
    dark.removeEventListener("change", draw);
    plot?.destroy();
  };
}

function optionsOf(
  { labels, series, isAcross }: ChartData,
  place: HTMLElement,
  legend: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(place);
  const line = getComputedStyle(place.parentElement ?? place).borderTopColor;
  const colours = [...legend.querySelectorAll(".chart-key")]
    .map((key) => getComputedStyle(key).color)
    .reverse();
  const all = series.flatMap(({ values }) => values);
  const [least, most] = [Math.min(0, ...all), Math.max(0, ...all)];
  const isPaired = series.length > 1;
  const axis = {
    stroke: style.color,
    font: `${style.fontSize} ${style.fontFamily}`,
    ticks: { show: false },
  };
  const { bars } = uPlot.paths;
  if (!bars) throw new TypeError("uPlot draws no bars");
  return {
    width: place.clientWidth,
    height: isAcross ? labels.length * BAR_HEIGHT + AXIS_HEIGHT + 10 : HEIGHT,
    // The pointer and the keyboard have nothing to do here: the numbers stand in the table.
    cursor: { show: false },
    legend: { show: false },
    padding: [8, 8, 0, 8],
    scales: {
      x: {
        time: false,
        ori: isAcross ? 1 : 0,
        dir: isAcross ? -1 : 1,
        range: [-0.6, labels.length - 0.4],
      },
      y: { ori: isAcross ? 0 : 1, range: least === most ? [0, 1] : [least * 1.05, most * 1.05] },
    },
    axes: [
      {
        ...axis,
        side: isAcross ? 3 : 2,
        size: isAcross ? Math.min(150, place.clientWidth * 0.4) : AXIS_HEIGHT,
        grid: { show: false },
        splits: (plot) => shownLabels(labels.length, isAcross ? Infinity : plot.width),
        values: (_, splits) => splits.map((index) => short(labels[index] ?? "")),
      },
      {
        ...axis,
        side: isAcross ? 2 : 3,
        size: isAcross ? AXIS_HEIGHT : 54,
        grid: { stroke: line, width: 1 },
        values: (_, splits) => splits.map((amount) => compact.format(amount)),
      },
    ],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        label: name,
        fill: colours[index] ?? style.color,
        width: 0,
        points: { show: false },
        paths: bars({
          size: isPaired ? [0.38, 30] : [0.62, 44],
          align: isPaired ? (index === 0 ? -1 : 1) : 0,
        }),
      })),
    ],
  };
}

/**
 * @param count of bars
 * @param width CSS pixels
 * @returns as many of their numbers as there is room for labels, the last among them
 */
function shownLabels(count: number, width: number): number[] {
  const step = Math.max(1, Math.ceil((count * LABEL_WIDTH) / width));
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => (count - 1 - index) % step === 0,
  );
}

function short(name: string) {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}
