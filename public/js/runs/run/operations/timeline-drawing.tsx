/** The drawing of a timeline, for the eye only: a row a step, people's acts in another. */

import { duration, moment } from "../../../format.ts";
import { scaleOf } from "./timeline-scale.ts";
import { nameOf } from "./timeline-words.ts";
import { t } from "../../../words.ts";
import type { TimelineItem } from "../../../api.ts";

/** Only pauses so long are named on the axis, where there is room. */
const LONG_MS = 60_000;
const LEAST_ROOM = 0.16;

/** Short names for rows, where the list has longer ones. */
const ROWS: Record<string, string> = {
  review: t`Review`,
  operator: t`Operator`,
  child: t`Another run`,
  ai_call: t`AI model`,
};

const MOST_ROWS_OF_A_STEP = 12;

/** A line of the drawing */
interface Row {
  name: string;
  items: TimelineItem[];
}

export function TimelineDrawing({
  items,
  kindOfRun,
  now,
  textOf,
}: {
  items: TimelineItem[];
  kindOfRun: string;
  /** where what goes on ends for now */
  now: Date;
  textOf: (item: TimelineItem) => string;
}) {
  const drawn = items.filter(({ outcome }) => outcome !== "no_receiver");
  const times = drawn.flatMap((item) => [from(item), to(item, now)]);
  const scale = scaleOf(times);
  return (
    <div class="timeline-drawing" aria-hidden="true">
      <Axis times={times} scale={scale} />
      {rowsOf(drawn, kindOfRun).map(({ name, items: own }, index) => (
        <div class="timeline-row" key={index}>
          <span class="timeline-name">{name}</span>
          <div class="timeline-track">
            {own.map((item, at) => (
              <Bar key={at} item={item} scale={scale} now={now} text={textOf(item)} />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

/**
 * @param items in the order of their beginnings
 * @returns a step with its waits in one, people's acts in another
 */
function rowsOf(items: TimelineItem[], kindOfRun: string): Row[] {
  const rows: Map<string, Row> = new Map();
  for (const item of folded(items)) {
    const isAct = item.kind === "act" || item.kind === "decision";
    const isOfStep = item.kind === "attempt" || item.name === "backoff";
    const short = ROWS[item.kind === "wait" ? item.name : item.kind];
    const name = isAct
      ? t`Events`
      : isOfStep
        ? nameOf({ ...item, kind: "attempt" }, kindOfRun)
        : (short ?? nameOf(item, kindOfRun));
    const key = `${isAct ? "act" : isOfStep ? "step" : item.kind} ${name} ${isAct ? "" : item.step}`;
    const row = rows.get(key) ?? { name, items: [] };
    row.items.push(item);
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** A step that is done for many keys has one row, not one for each. */
function folded(items: TimelineItem[]): TimelineItem[] {
  const occurrences: Map<string, Set<string>> = new Map();
  for (const { step } of items) {
    if (!step?.endsWith("]")) continue;
    const of = stepOf(step);
    occurrences.set(of, (occurrences.get(of) ?? new Set()).add(step));
  }
  return items.map((item) => {
    const of = item.step ? stepOf(item.step) : "";
    return (occurrences.get(of)?.size ?? 0) > MOST_ROWS_OF_A_STEP
      ? { ...item, step: of, name: item.name.replace(item.step ?? "", of) }
      : item;
  });
}

/** Of an occurrence, such as `push[42]`. */
const stepOf = (name: string) => name.split("[")[0] ?? name;

function Bar({
  item,
  scale,
  now,
  text,
}: {
  item: TimelineItem;
  scale: (time: number) => number;
  now: Date;
  text: string;
}) {
  const begins = scale(from(item));
  const isInstant = item.kind === "act" || item.kind === "decision" || item.outcome === "offered";
  return (
    <span
      class={isInstant ? "timeline-mark" : "timeline-bar"}
      data-kind={item.kind}
      data-outcome={item.outcome}
      title={`${text} (${moment(item.startedAt)})`}
      style={{ "--from": String(begins), "--width": String(scale(to(item, now)) - begins) }}
    />
  );
}

/** The long stretches, named; between their ends nothing begins or ends. */
function Axis({ times, scale }: { times: number[]; scale: (time: number) => number }) {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const stretches = sorted.slice(1).flatMap((end, index) => {
    const begin = sorted[index] ?? end;
    const [left, width] = [scale(begin), scale(end) - scale(begin)];
    if (end - begin < LONG_MS || width < LEAST_ROOM) return [];
    const style = { "--from": String(left), "--width": String(width) };
    const length = duration(new Date(begin).toISOString(), new Date(end).toISOString());
    return [
      <span key={begin} class="timeline-stretch" style={style}>
        {length}
      </span>,
    ];
  });
  if (stretches.length === 0) return null;
  return (
    <div class="timeline-row timeline-axis">
      <span />
      <div class="timeline-track">{stretches}</div>
    </div>
  );
}

function from(item: TimelineItem) {
  return Date.parse(item.startedAt);
}

function to(item: TimelineItem, now: Date) {
  return item.endedAt ? Date.parse(item.endedAt) : Math.max(from(item), now.getTime());
}
