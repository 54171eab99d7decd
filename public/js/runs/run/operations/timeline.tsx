/** The timeline of a run: a drawing for the eye, and the same as a list. */

import { useEffect, useRef, useState } from "preact/hooks";

import { ConnectionError, getTimeline } from "../../../api.ts";
import { counted, duration, moment, timeOfDay } from "../../../format.ts";
import { TimelineDrawing } from "./timeline-drawing.tsx";
import { actorOf, nameOf, outcomeOf, whyOf } from "./timeline-words.ts";
import { useFold } from "../../../state/folds.ts";
import { closeGap, tellOfGap } from "../../../state/gaps.ts";
import { report } from "../../../state/report.ts";
import { t } from "../../../words.ts";
import type { Run, Timeline as Told, TimelineItem } from "../../../api.ts";

const DAY_MS = 86_400_000;

/**
 * Loaded again with every version of the run. It tells nothing that is not elsewhere: without it
 * the page goes on.
 */
export function Timeline({ run }: { run: Run }) {
  const [timeline, setTimeline] = useState<Told | null>(null);
  const [times, setTimes] = useState(0);
  const tag = useRef<string | null>(null);
  const fold = useFold("timeline", run.id);
  useEffect(() => {
    const asking = new AbortController();
    getTimeline(run.id, { signal: asking.signal, unlessTag: tag.current })
      .then((answer) => {
        tag.current = answer.tag;
        closeGap(tag);
        if (answer.timeline && !asking.signal.aborted) setTimeline(answer.timeline);
      })
      .catch((error) => {
        if (asking.signal.aborted || !(error instanceof ConnectionError)) return;
        tellOfGap(tag, () => setTimes((before) => before + 1));
      });
    return () => asking.abort();
  }, [run, times]);
  useEffect(() => () => closeGap(tag), []);
  if (!timeline) return null;
  const { nextCursor } = timeline;
  const showMore = async () => {
    const more = await getTimeline(run.id, { cursor: nextCursor ?? "" }).catch(report);
    const next = more?.timeline;
    if (next)
      setTimeline({
        ...timeline,
        items: [...timeline.items, ...next.items],
        nextCursor: next.nextCursor,
      });
  };
  const textOf = (item: TimelineItem) => told(item, run.kind);
  const items = timeline.items.filter(({ kind }) => kind !== "step");
  const took = duration(timeline.startedAt, timeline.endedAt);
  return (
    <section class="card timeline" aria-labelledby="timeline-title">
      <div class="timeline-head">
        <h2 id="timeline-title">Timeline</h2>
        <span class="quiet">{took ? t`${took} in total. ` : ""}Bar lengths are approximate.</span>
      </div>
      <TimelineDrawing items={items} kindOfRun={run.kind} textOf={textOf} now={new Date()} />
      <details {...fold}>
        <summary>All of it as a list: {counted(items.length, "event", "events")}</summary>
        <ol class="timeline-list">
          {items.map((item, index) => (
            <ListItem key={index} item={item} timeline={timeline} text={textOf(item)} />
          ))}
        </ol>
        {nextCursor && (
          <button type="button" class="button" onClick={showMore}>
            Show more
          </button>
        )}
      </details>
    </section>
  );
}

function told(item: TimelineItem, kindOfRun: string) {
  const isTried =
    item.kind === "attempt" &&
    item.attempt !== null &&
    (item.attempt > 1 || item.outcome !== "completed");
  const isCounted = item.kind === "delivery" && item.attempt !== null && item.attempt > 0;
  const took = item.endedAt === item.startedAt ? "" : duration(item.startedAt, item.endedAt);
  const unbroken = took.replaceAll(" ", "\u00a0");
  return [
    nameOf(item, kindOfRun),
    isTried && t`attempt ${item.attempt}`,
    isCounted && counted(item.attempt ?? 0, "attempt"),
    outcomeOf(item),
    typeof item.detail.origin === "string" && item.detail.origin,
    unbroken,
    actorOf(item),
  ]
    .filter(Boolean)
    .join(" · ");
}

function ListItem({
  item,
  timeline: { startedAt, endedAt },
  text,
}: {
  item: TimelineItem;
  timeline: Told;
  text: string;
}) {
  const isLong = Date.parse(endedAt ?? new Date().toISOString()) - Date.parse(startedAt) > DAY_MS;
  const why = whyOf(item);
  return (
    <li data-kind={item.kind} data-outcome={item.outcome}>
      <time datetime={item.startedAt}>
        {isLong ? moment(item.startedAt) : timeOfDay(item.startedAt)}
      </time>
      <span>
        {text}
        {why && <span class="timeline-why">{why}</span>}
      </span>
    </li>
  );
}
