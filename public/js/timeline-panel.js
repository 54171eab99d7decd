// @ts-check
/** The part of a run's page that has its timeline: loaded again with every version of the run. */

import { getTimeline } from "./api.js";
import { byId } from "./dom.js";
import { timelineOf } from "./timeline.js";

/** @import { Timeline } from "./api.js" */

export class TimelinePanel {
  #place = byId("run-timeline", HTMLElement);
  #id = "";
  /** @type {string | null} */
  #tag = null;
  /** @type {Timeline | null} */
  #timeline = null;
  #loading = new AbortController();

  clear() {
    this.#loading.abort();
    this.#id = "";
    this.#tag = null;
    this.#timeline = null;
    this.#place.replaceChildren();
  }

  /**
   * Load it, and draw it if it has changed or goes on.
   *
   * @param {string} id
   * @throws {import("./api.js").ApiError | import("./api.js").ConnectionError}
   */
  async load(id) {
    if (id !== this.#id) this.clear();
    this.#id = id;
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    try {
      const { timeline, tag } = await getTimeline(id, { signal, unlessTag: this.#tag });
      if (signal.aborted) return;
      this.#tag = tag;
      this.#timeline = timeline ?? this.#timeline;
      if (this.#timeline && (timeline || this.#timeline.endedAt === null)) this.#draw(this.#timeline);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** @param {Timeline} timeline */
  #draw(timeline) {
    const wasOpen = this.#place.querySelector("details")?.open ?? false;
    const hadFocus = this.#place.contains(document.activeElement);
    this.#place.replaceChildren(timelineOf(timeline, new Date()));
    const details = this.#place.querySelector("details");
    if (!details) return;
    details.open = wasOpen;
    if (hadFocus) details.querySelector("summary")?.focus({ preventScroll: true });
  }
}
