// @ts-check
/** What whoever is signed in was told, in the sidebar's menu, with the count of what needs them. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { getRunSummaries, listNotices, markNoticesRead } from "../api.js";
import { ago } from "../format.js";
import { Icon } from "../parts/icon.js";
import { report } from "../state/report.js";
import { store, sync } from "../state/runs.js";
import { groupsOf } from "./groups.js";
import { runModel } from "../receipts/inbox/row-model.js";
import { html, t } from "../words.js";

/** @import { RunSummary } from "../api.js" */
/** @import { Group } from "./groups.js" */

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
  const [shown, setShown] = useState(/** @type {{ groups: Group[], newest: string | undefined, runs: Map<string, RunSummary> } | null} */ (null));
  const menu = useRef(/** @type {HTMLDivElement | null} */ (null));
  useCounting();

  async function show() {
    const { items, unread, needsYou } = await listNotices(SHOWN);
    const groups = groupsOf(items).slice(0, LINES);
    // Of a line that stands for several, no single one is named.
    const ids = [...new Set(groups.flatMap(({ notices }) => (notices.length === 1 ? (notices[0]?.runId ?? []) : [])))];
    const runs = ids.length > 0 ? await getRunSummaries(ids) : [];
    setShown({ groups, newest: items[0]?.createdAt, runs: new Map(runs.map((run) => [run.id, run])) });
    counts.value = { unread, needsYou };
  }

  /** @param {Parameters<typeof markNoticesRead>[0]} which */
  async function mark(which) {
    counts.value = await markNoticesRead(which);
  }

  const newest = shown?.newest;
  const readAll = () => newest && mark({ until: newest }).then(show).catch(report);
  const onOpen = (/** @type {Group} */ { notices }) => {
    menu.current?.hidePopover();
    const ids = notices.flatMap(({ id, readAt }) => (readAt === null ? [id] : []));
    if (ids.length > 0) mark({ ids }).catch(report);
  };
  const { unread, needsYou: count } = counts.value;
  const label = count === 0 ? t`Notices` : t`Notices, ${count} need you`;
  const onToggle = (/** @type {ToggleEvent} */ event) => event.newState === "open" && show().catch(report);
  return html`
    <button
      type="button"
      class="icon-button notice-button"
      id="notice-button"
      popovertarget="notice-menu"
      aria-label=${label}
      title="Notices"
    >
      <${Icon} name="bell" />
      <span class="notice-count" id="notice-count" hidden=${count === 0}>${count > MOST_COUNTED ? `${MOST_COUNTED}+` : count}</span>
    </button>
    <div class="menu notice-menu" id="notice-menu" popover="auto" ref=${menu} onToggle=${onToggle}>
      <div class="menu-head">
        <h2>Notices</h2>
        ${unread > 0 && newest && html`<button type="button" class="button small" onClick=${readAll}>Mark all read</button>`}
      </div>
      ${!shown?.groups.length && html`<p class="quiet">Nothing yet. When an expense is ready, or something needs you, it is told here.</p>`}
      <ul class="menu-list">
        ${shown?.groups.map((group) => html`<${Line} key=${group.key} ...${{ group, runs: shown.runs, onOpen }} />`)}
      </ul>
    </div>
  `;
}

/** @param {{ group: Group, runs: Map<string, RunSummary>, onOpen: (group: Group) => void }} props */
function Line({ group, runs, onOpen }) {
  const [newest, ...others] = group.notices;
  if (!newest) return null;
  const run = others.length === 0 ? runs.get(newest.runId ?? "") : undefined;
  const shown = run?.receipt ? runModel(run, newest.id, null) : null;
  const about = others.length === 0 ? [newest.about, shown?.title, shown?.amount] : [];
  return html`
    <li class=${group.isUnread ? "is-unread" : null}>
      <a href=${group.path} onClick=${() => onOpen(group)}>
        <span class="menu-title">${group.message}</span>
        <span class="quiet">${[...about, ago(newest.createdAt)].filter(Boolean).join(" · ")}</span>
        ${group.isUnread && html`<span class="visually-hidden">Not read yet</span>`}
      </a>
    </li>
  `;
}

/** Keeps the count: asks again when a run has ended, and when the page is looked at again. */
function useCounting() {
  const underWay = useRef(0);
  const active = (store.version.value, store.active().length);
  useEffect(() => {
    const before = underWay.current;
    underWay.current = active;
    if (active >= before) return;
    const timer = setTimeout(() => refreshNotices().catch(report), AFTER_A_RUN_MS);
    return () => clearTimeout(timer);
  }, [active]);
  useEffect(() => {
    const onVisible = () => {
      if (!document.hidden) refreshNotices().catch(report);
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, []);
}
