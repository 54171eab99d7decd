// @ts-check
/** The timeline of a run: a drawing for the eye, and the same as a list. */

import { el } from "./dom.js";
import { counted, duration, moment, timeOfDay } from "./format.js";
import { scaleOf } from "./timeline-scale.js";
import { actorOf, nameOf, outcomeOf } from "./timeline-words.js";

/** @import { Timeline, TimelineItem } from "./api.js" */

/** Only pauses so long are named on the axis, where there is room. */
const LONG_MS = 60_000;
const LEAST_ROOM = 0.16;
const DAY_MS = 86_400_000;

/** Short names for rows, where the list has longer ones. @type {Record<string, string>} */
const ROWS = { review: "Review", operator: "Operator", ai_call: "AI model" };

/**
 * @typedef {object} Row a line of the drawing
 * @property {string} name
 * @property {TimelineItem[]} items
 */

/**
 * @param {Timeline} timeline
 * @param {Date} now where what goes on ends for now
 */
export function timelineOf(timeline, now) {
  const items = timeline.items.filter(({ kind }) => kind !== "step");
  const took = duration(timeline.startedAt, timeline.endedAt);
  const listed = items.map((item) => listItem(item, timeline));
  return el(
    "section",
    { class: "card timeline", "aria-labelledby": "timeline-title" },
    el(
      "div",
      { class: "timeline-head" },
      el("h2", { id: "timeline-title" }, "Timeline"),
      el("span", { class: "quiet" }, `${took ? `${took} in all, ` : ""}not to scale`),
    ),
    drawingOf(items, now),
    el(
      "details",
      {},
      el("summary", {}, `All of it as a list: ${counted(items.length, "entry", "entries")}`),
      el("ol", { class: "timeline-list" }, ...listed),
    ),
  );
}

/**
 * @param {TimelineItem[]} items
 * @param {Date} now
 */
function drawingOf(items, now) {
  const drawn = items.filter(({ outcome }) => outcome !== "no_receiver");
  const times = drawn.flatMap((item) => [from(item), to(item, now)]);
  const scale = scaleOf(times);
  const rows = rowsOf(drawn).map(({ name, items: own }) =>
    el(
      "div",
      { class: "timeline-row" },
      el("span", { class: "timeline-name" }, name),
      el("div", { class: "timeline-track" }, ...own.map((item) => barOf(item, scale, now))),
    ),
  );
  return el("div", { class: "timeline-drawing", "aria-hidden": "true" }, axisOf(times, scale), ...rows);
}

/** @param {TimelineItem} item */
function rowOf({ kind, name }) {
  return kind === "wait" ? name : kind;
}

/**
 * @param {TimelineItem[]} items in the order of their beginnings
 * @returns {Row[]} a step with its waits in one, people's acts in another
 */
function rowsOf(items) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  for (const item of items) {
    const isAct = item.kind === "act" || item.kind === "decision";
    const isOfStep = item.kind === "attempt" || item.name === "backoff";
    const name = isAct ? "Events" : isOfStep ? nameOf({ ...item, kind: "attempt" }) : (ROWS[rowOf(item)] ?? nameOf(item));
    const key = `${isAct ? "act" : isOfStep ? "step" : item.kind} ${name} ${isAct ? "" : item.step}`;
    const row = rows.get(key) ?? { name, items: [] };
    row.items.push(item);
    rows.set(key, row);
  }
  return [...rows.values()];
}

/**
 * @param {TimelineItem} item
 * @param {(time: number) => number} scale
 * @param {Date} now
 */
function barOf(item, scale, now) {
  const begins = scale(from(item));
  const isInstant = item.kind === "act" || item.kind === "decision" || item.outcome === "offered";
  const bar = el("span", {
    class: isInstant ? "timeline-mark" : "timeline-bar",
    "data-kind": item.kind,
    "data-outcome": item.outcome,
    title: `${textOf(item)} (${moment(item.startedAt)})`,
  });
  bar.style.setProperty("--from", String(begins));
  bar.style.setProperty("--width", String(scale(to(item, now)) - begins));
  return bar;
}

/**
 * The long stretches, named; between their ends nothing begins or ends.
 *
 * @param {number[]} times
 * @param {(time: number) => number} scale
 */
function axisOf(times, scale) {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const stretches = sorted.slice(1).flatMap((end, index) => {
    const begin = sorted[index] ?? end;
    const [left, width] = [scale(begin), scale(end) - scale(begin)];
    if (end - begin < LONG_MS || width < LEAST_ROOM) return [];
    const length = duration(new Date(begin).toISOString(), new Date(end).toISOString());
    const label = el("span", { class: "timeline-stretch" }, length);
    label.style.setProperty("--from", String(left));
    label.style.setProperty("--width", String(width));
    return [label];
  });
  const hasLabels = stretches.length > 0;
  return (
    hasLabels &&
    el("div", { class: "timeline-row timeline-axis" }, el("span"), el("div", { class: "timeline-track" }, ...stretches))
  );
}

/** @param {TimelineItem} item */
function textOf(item) {
  const isTried = item.kind === "attempt" && ((item.attempt ?? 1) > 1 || item.outcome !== "completed");
  const isCounted = item.kind === "delivery" && item.attempt !== null && item.attempt > 0;
  const took = item.endedAt === item.startedAt ? "" : duration(item.startedAt, item.endedAt);
  const unbroken = took.replaceAll(" ", "\u00a0");
  return [
    nameOf(item),
    isTried && `attempt ${item.attempt}`,
    isCounted && counted(item.attempt ?? 0, "attempt"),
    outcomeOf(item),
    unbroken,
    actorOf(item),
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * @param {TimelineItem} item
 * @param {Timeline} timeline
 */
function listItem(item, { startedAt, endedAt }) {
  const isLong = Date.parse(endedAt ?? new Date().toISOString()) - Date.parse(startedAt) > DAY_MS;
  const why = item.error ?? (item.kind === "act" ? item.reason : null);
  return el(
    "li",
    { "data-kind": item.kind, "data-outcome": item.outcome },
    el("time", { datetime: item.startedAt }, isLong ? moment(item.startedAt) : timeOfDay(item.startedAt)),
    el("span", {}, textOf(item), why && el("span", { class: "timeline-why" }, why)),
  );
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
