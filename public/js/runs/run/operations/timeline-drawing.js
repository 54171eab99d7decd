// @ts-check
/** The drawing of a timeline, for the eye only: a row a step, people's acts in another. */

import { duration, moment } from "../../../format.js";
import { scaleOf } from "./timeline-scale.js";
import { nameOf } from "./timeline-words.js";
import { html, t } from "../../../words.js";

/** @import { TimelineItem } from "../../../api.js" */

/** Only pauses so long are named on the axis, where there is room. */
const LONG_MS = 60_000;
const LEAST_ROOM = 0.16;

/** Short names for rows, where the list has longer ones. @type {Record<string, string>} */
const ROWS = { review: t`Review`, operator: t`Operator`, child: t`Another run`, ai_call: t`AI model` };

const MOST_ROWS_OF_A_STEP = 12;

/**
 * @typedef {object} Row a line of the drawing
 * @property {string} name
 * @property {TimelineItem[]} items
 */

/**
 * @param {object} props
 * @param {TimelineItem[]} props.items
 * @param {string} props.kindOfRun
 * @param {Date} props.now where what goes on ends for now
 * @param {(item: TimelineItem) => string} props.textOf
 */
export function TimelineDrawing({ items, kindOfRun, now, textOf }) {
  const drawn = items.filter(({ outcome }) => outcome !== "no_receiver");
  const times = drawn.flatMap((item) => [from(item), to(item, now)]);
  const scale = scaleOf(times);
  return html`
    <div class="timeline-drawing" aria-hidden="true">
      <${Axis} times=${times} scale=${scale} />
      ${rowsOf(drawn, kindOfRun).map(
        ({ name, items: own }, index) => html`
          <div class="timeline-row" key=${index}>
            <span class="timeline-name">${name}</span>
            <div class="timeline-track">
              ${own.map((item, at) => html`<${Bar} key=${at} ...${{ item, scale, now, text: textOf(item) }} />`)}
            </div>
          </div>
        `,
      )}
    </div>
  `;
}

/**
 * @param {TimelineItem[]} items in the order of their beginnings
 * @param {string} kindOfRun
 * @returns {Row[]} a step with its waits in one, people's acts in another
 */
function rowsOf(items, kindOfRun) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  for (const item of folded(items)) {
    const isAct = item.kind === "act" || item.kind === "decision";
    const isOfStep = item.kind === "attempt" || item.name === "backoff";
    const short = ROWS[item.kind === "wait" ? item.name : item.kind];
    const name = isAct ? t`Events` : isOfStep ? nameOf({ ...item, kind: "attempt" }, kindOfRun) : (short ?? nameOf(item, kindOfRun));
    const key = `${isAct ? "act" : isOfStep ? "step" : item.kind} ${name} ${isAct ? "" : item.step}`;
    const row = rows.get(key) ?? { name, items: [] };
    row.items.push(item);
    rows.set(key, row);
  }
  return [...rows.values()];
}

/**
 * A step that is done for many keys has one row, not one for each.
 *
 * @param {TimelineItem[]} items
 * @returns {TimelineItem[]}
 */
function folded(items) {
  /** @type {Map<string, Set<string>>} */
  const occurrences = new Map();
  for (const { step } of items) {
    if (!step?.endsWith("]")) continue;
    const of = stepOf(step);
    occurrences.set(of, (occurrences.get(of) ?? new Set()).add(step));
  }
  return items.map((item) => {
    const of = item.step ? stepOf(item.step) : "";
    return (occurrences.get(of)?.size ?? 0) > MOST_ROWS_OF_A_STEP ? { ...item, step: of, name: item.name.replace(item.step ?? "", of) } : item;
  });
}

/** Of an occurrence, such as `push[42]`. @param {string} name */
const stepOf = (name) => name.split("[")[0] ?? name;

/** @param {{ item: TimelineItem, scale: (time: number) => number, now: Date, text: string }} props */
function Bar({ item, scale, now, text }) {
  const begins = scale(from(item));
  const isInstant = item.kind === "act" || item.kind === "decision" || item.outcome === "offered";
  return html`
    <span
      class=${isInstant ? "timeline-mark" : "timeline-bar"}
      data-kind=${item.kind}
      data-outcome=${item.outcome}
      title=${`${text} (${moment(item.startedAt)})`}
      style=${{ "--from": String(begins), "--width": String(scale(to(item, now)) - begins) }}
    ></span>
  `;
}

/**
 * The long stretches, named; between their ends nothing begins or ends.
 *
 * @param {{ times: number[], scale: (time: number) => number }} props
 */
function Axis({ times, scale }) {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const stretches = sorted.slice(1).flatMap((end, index) => {
    const begin = sorted[index] ?? end;
    const [left, width] = [scale(begin), scale(end) - scale(begin)];
    if (end - begin < LONG_MS || width < LEAST_ROOM) return [];
    const style = { "--from": String(left), "--width": String(width) };
    const length = duration(new Date(begin).toISOString(), new Date(end).toISOString());
    return [html`<span key=${begin} class="timeline-stretch" style=${style}>${length}</span>`];
  });
  if (stretches.length === 0) return null;
  return html`
    <div class="timeline-row timeline-axis">
      <span></span>
      <div class="timeline-track">${stretches}</div>
    </div>
  `;
}

/** @param {TimelineItem} item */
function from(item) {
  return Date.parse(item.startedAt);
}

/**
 * @param {TimelineItem} item
 * @param {Date} now
 */
function to(item, now) {
  return item.endedAt ? Date.parse(item.endedAt) : Math.max(from(item), now.getTime());
}
