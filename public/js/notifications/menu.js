// @ts-check
/** What whoever is signed in was told, in the sidebar's menu, with the count of what is not read. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { getRunSummaries, listNotices, markNoticesRead } from "../api.js";
import { ago, counted } from "../format.js";
import { Icon } from "../parts/icon.js";
import { report } from "../state/report.js";
import { store } from "../state/runs.js";
import { runModel } from "../receipts/inbox/row-model.js";
import { html, t } from "../words.js";

/** @import { Notice, RunSummary } from "../api.js" */

const SHOWN = 20;
const MOST_COUNTED = 99;
/** A run is at its end a moment before its notice is there. */
const AFTER_A_RUN_MS = 2000;

const unread = signal(0);

/** Ask how many are not read. */
export async function refreshNotices() {
  unread.value = (await listNotices(1)).unread;
}

export function NoticeMenu() {
  const [shown, setShown] = useState(/** @type {{ items: Notice[], runs: Map<string, RunSummary> } | null} */ (null));
  const menu = useRef(/** @type {HTMLDivElement | null} */ (null));
  useCounting();

  async function show() {
    const page = await listNotices(SHOWN);
    const ids = [...new Set(page.items.flatMap(({ runId }) => runId ?? []))];
    const runs = ids.length > 0 ? await getRunSummaries(ids) : [];
    setShown({ items: page.items, runs: new Map(runs.map((run) => [run.id, run])) });
    unread.value = page.unread;
  }

  /** @param {Parameters<typeof markNoticesRead>[0]} which */
  async function mark(which) {
    unread.value = (await markNoticesRead(which)).unread;
  }

  const newest = shown?.items[0]?.createdAt;
  const readAll = () => newest && mark({ until: newest }).then(show).catch(report);
  const onOpen = (/** @type {Notice} */ notice) => {
    menu.current?.hidePopover();
    if (notice.readAt === null) mark({ ids: [notice.id] }).catch(report);
  };
  const count = unread.value;
  const label = count === 0 ? t`Notices` : t`Notices, ${counted(count, "is", "are")} not read`;
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
        ${count > 0 && newest && html`<button type="button" class="button small" onClick=${readAll}>Mark all read</button>`}
      </div>
      ${!shown?.items.length && html`<p class="quiet">Nothing yet. When an expense is ready, or something needs you, it is told here.</p>`}
      <ul class="menu-list">
        ${shown?.items.map(
          (notice) => html`<${Line} key=${notice.id} ...${{ notice, run: shown.runs.get(notice.runId ?? ""), onOpen }} />`,
        )}
      </ul>
    </div>
  `;
}

/** @param {{ notice: Notice, run: RunSummary | undefined, onOpen: (notice: Notice) => void }} props */
function Line({ notice, run, onOpen }) {
  const shown = run?.receipt ? runModel(run, notice.id, null) : null;
  const about = [notice.about, shown?.title, shown?.amount].filter(Boolean).join(" · ");
  return html`
    <li class=${notice.readAt === null ? "is-unread" : null}>
      <a href=${notice.path} onClick=${() => onOpen(notice)}>
        <span class="menu-title">${notice.message}</span>
        <span class="quiet">${[about, ago(notice.createdAt)].filter(Boolean).join(" · ")}</span>
        ${notice.readAt === null && html`<span class="visually-hidden">Not read yet</span>`}
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
