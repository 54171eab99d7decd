// @ts-check
/** What the account was told, in the header's menu, with the count of what nobody has read. */

import { getRunSummaries, listNotices, markNoticesRead } from "./api.js";
import { byId, el, setText } from "./dom.js";
import { ago, counted } from "./format.js";
import { runModel } from "./row.js";

/** @import { Notice, RunSummary } from "./api.js" */
/** @import { RunStore } from "./store.js" */

const SHOWN = 20;
const MOST_COUNTED = 99;
/** A run is at its end a moment before its notice is there. */
const AFTER_A_RUN_MS = 2000;

export class NoticeList {
  #onError;
  #menu = byId("notice-menu", HTMLElement);
  #list = byId("notice-list", HTMLUListElement);
  #underWay = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Of the newest notice that is shown. @type {string | null} */
  #newest = null;

  /**
   * @param {RunStore} store
   * @param {(error: unknown) => void} onError they could not be read or marked
   */
  constructor(store, onError) {
    this.#onError = onError;
    this.#menu.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") this.#show().catch(onError);
    });
    byId("notices-read", HTMLButtonElement).addEventListener("click", () => this.#readAll().catch(onError));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.refresh().catch(onError);
    });
    store.addEventListener("change", () => this.#onChange(store.active().length));
  }

  /** Ask how many nobody has read. */
  async refresh() {
    this.#showCount((await listNotices(1)).unread);
  }

  /** @param {number} underWay runs */
  #onChange(underWay) {
    if (underWay < this.#underWay) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.refresh().catch(this.#onError), AFTER_A_RUN_MS);
    }
    this.#underWay = underWay;
  }

  async #show() {
    const page = await listNotices(SHOWN);
    const runs = page.items.length > 0 ? await getRunSummaries([...new Set(page.items.map(({ runId }) => runId))]) : [];
    const byRun = new Map(runs.map((run) => [run.id, run]));
    this.#newest = page.items[0]?.createdAt ?? null;
    this.#list.replaceChildren(...page.items.map((notice) => this.#item(notice, byRun.get(notice.runId))));
    byId("notices-empty", HTMLElement).hidden = page.items.length > 0;
    this.#showCount(page.unread);
  }

  /**
   * @param {Notice} notice
   * @param {RunSummary | undefined} run
   */
  #item(notice, run) {
    const shown = run?.receipt ? runModel(run, notice.id, null) : null;
    const about = [shown?.title, shown?.amount].filter(Boolean).join(" · ");
    const link = el(
      "a",
      { href: `/runs/${encodeURIComponent(notice.runId)}`, onclick: () => this.#open(notice) },
      el("span", { class: "menu-title" }, notice.message),
      el("span", { class: "quiet" }, [about, ago(notice.createdAt)].filter(Boolean).join(" · ")),
      notice.readAt === null && el("span", { class: "visually-hidden" }, "Not read yet"),
    );
    return el("li", { class: notice.readAt === null ? "is-unread" : null }, link);
  }

  /** @param {Notice} notice */
  #open(notice) {
    this.#menu.hidePopover();
    if (notice.readAt === null) this.#mark({ ids: [notice.id] }).catch(this.#onError);
  }

  async #readAll() {
    if (this.#newest === null) return;
    await this.#mark({ until: this.#newest });
    await this.#show();
  }

  /** @param {{ ids: string[] } | { until: string }} which */
  async #mark(which) {
    this.#showCount((await markNoticesRead(which)).unread);
  }

  /** @param {number} unread */
  #showCount(unread) {
    const count = byId("notice-count", HTMLElement);
    count.hidden = unread === 0;
    setText(count, unread > MOST_COUNTED ? `${MOST_COUNTED}+` : String(unread));
    const label = unread === 0 ? "Notices" : `Notices, ${counted(unread, "is", "are")} not read`;
    byId("notice-button", HTMLButtonElement).setAttribute("aria-label", label);
    // It marks what was shown, so it is there once something is.
    byId("notices-read", HTMLButtonElement).hidden = unread === 0 || this.#newest === null;
  }
}
