/** What whoever is signed in was told, in the sidebar's menu, with the count of what needs them. */

import { useEffect, useRef, useState } from "preact/hooks";

import { getRunSummaries, listNotices, markNoticesRead } from "../api.ts";
import { ago } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { report } from "../state/report.ts";
import { store, sync } from "../state/runs.ts";
import { useSeenAgain } from "../state/seen-again.ts";
import { groupsOf } from "./groups.ts";
import { runModel } from "../receipts/inbox/row-model.ts";
import { t } from "../words.ts";
import type { RunSummary } from "../api.ts";
import type { Group } from "./groups.ts";
import type { TargetedToggleEvent } from "preact";

/** As many as are grouped into lines, and as can be marked at once. */
const SHOWN = 100;
const LINES = 20;
const MOST_COUNTED = 99;
/** A run is at its end a moment before its notice is there. */
const AFTER_A_RUN_MS = 2000;

const counts = sync.notices;

/** Ask how many are not read, and need somebody. */
export async function refreshNotices() {
  const { unread, needsYou } = await listNotices(1);
  counts.value = { unread, needsYou };
}

export function NoticeMenu() {
  const [shown, setShown] = useState<{
    groups: Group[];
    newest: string | undefined;
    runs: Map<string, RunSummary>;
  } | null>(null);
  const menu = useRef<HTMLDivElement | null>(null);
  useCounting();

  async function show() {
    const { items, unread, needsYou } = await listNotices(SHOWN);
    const groups = groupsOf(items).slice(0, LINES);
    // Of a line that stands for several, no single one is named.
    const ids = [
      ...new Set(
        groups.flatMap(({ notices }) => (notices.length === 1 ? (notices[0]?.runId ?? []) : [])),
      ),
    ];
    const runs = ids.length > 0 ? await getRunSummaries(ids) : [];
    setShown({
      groups,
      newest: items[0]?.createdAt,
      runs: new Map(runs.map((run) => [run.id, run])),
    });
    counts.value = { unread, needsYou };
  }

  async function mark(which: Parameters<typeof markNoticesRead>[0]) {
    counts.value = await markNoticesRead(which);
  }

  const newest = shown?.newest;
  const readAll = () => newest && mark({ until: newest }).then(show).catch(report);
  const onOpen = ({ notices }: Group) => {
    menu.current?.hidePopover();
    const ids = notices.flatMap(({ id, readAt }) => (readAt === null ? [id] : []));
    if (ids.length > 0) mark({ ids }).catch(report);
  };
  const { unread, needsYou: count } = counts.value;
  const label = count === 0 ? t`Notices` : t`Notices, ${count} need you`;
  const onToggle = (event: TargetedToggleEvent<HTMLDivElement>) =>
    event.newState === "open" && show().catch(report);
  return (
    <>
      <button
        type="button"
        class="icon-button notice-button"
        id="notice-button"
        popovertarget="notice-menu"
        aria-label={label}
        title="Notices"
      >
        <Icon name="bell" />
        <span class="notice-count" id="notice-count" hidden={count === 0}>
          {count > MOST_COUNTED ? `${MOST_COUNTED}+` : count}
        </span>
      </button>
      <div class="menu notice-menu" id="notice-menu" popover="auto" ref={menu} onToggle={onToggle}>
        <div class="menu-head">
          <h2>Notices</h2>
          {unread > 0 && newest && (
            <button type="button" class="button small" onClick={readAll}>
              Mark all read
            </button>
          )}
        </div>
        {shown?.groups.length === 0 && (
          <p class="quiet">
            Nothing yet. When an expense is ready, or something needs you, it is told here.
          </p>
        )}
        <ul class="menu-list">
          {shown?.groups.map((group) => (
            <Line key={group.key} group={group} runs={shown.runs} onOpen={onOpen} />
          ))}
        </ul>
      </div>
    </>
  );
}

function Line({
  group,
  runs,
  onOpen,
}: {
  group: Group;
  runs: Map<string, RunSummary>;
  onOpen: (group: Group) => void;
}) {
  const [newest, ...others] = group.notices;
  if (!newest) return null;
  const run = others.length === 0 ? runs.get(newest.runId ?? "") : undefined;
  const shown = run?.receipt ? runModel(run, newest.id, null) : null;
  const about = others.length === 0 ? [newest.about, shown?.title, shown?.amount] : [];
  return (
    <li class={group.isUnread ? "is-unread" : undefined}>
      <a href={group.path} onClick={() => onOpen(group)}>
        <span class="menu-title">{group.message}</span>
        <span class="quiet">{[...about, ago(newest.createdAt)].filter(Boolean).join(" · ")}</span>
        {group.isUnread && <span class="visually-hidden">Not read yet</span>}
      </a>
    </li>
  );
}

/** Keeps the count: asks again when a run has ended, and when the page is looked at again. */
function useCounting() {
  const underWay = useRef(0);
  // It is drawn again whenever the store changes.
  void store.version.value;
  const active = store.active().length;
  useEffect(() => {
    const before = underWay.current;
    underWay.current = active;
    if (active >= before) return;
    const timer = setTimeout(() => refreshNotices().catch(report), AFTER_A_RUN_MS);
    return () => clearTimeout(timer);
  }, [active]);
  useSeenAgain(() => refreshNotices().catch(report));
}
