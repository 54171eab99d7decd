/** Keeps the store up to date: one request for all runs under way, and none when nothing is. */

import { signal } from "@preact/signals";

import { ApiError, ConnectionError, getInbox, getRunSummaries, listRuns } from "../api.ts";
import type { RunPage } from "../api.ts";
import { TO_SEE_TO } from "./run-store.ts";
import type { AskedList, ListName, RunStore } from "./run-store.ts";

const FASTEST_MS = 700;
const SLOWEST_MS = 5000;
const SLOWER = 1.5;
const MAX_IDS = 100;

/** What each list asks for. */
const QUERIES: Record<AskedList, Parameters<typeof listRuns>[0]> = {
  all: {},
  review: { status: "needs_review", limit: 100 },
  failed: { unresolved: true, limit: 100 },
};
const REFRESH_AFTER_MS = 5000;
/** A list that is looked at is asked for so often, that what another device did shows by itself. */
const LOOK_AGAIN_MS = 8000;
const SERVER_TROUBLE = 500;

export class Sync {
  /** Whether the server does not answer. */
  isLost = signal(false);
  /** How many notices are not read, and how many of these need somebody. */
  notices = signal({ unread: 0, needsYou: 0 });
  #store;
  #onError;
  #delay = FASTEST_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #refreshedAt = 0;

  /** @param onError what is no lost connection */
  constructor(store: RunStore, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
    document.addEventListener("visibilitychange", () => this.#onVisibility());
    addEventListener("online", () => this.poke());
    setInterval(() => this.#lookAgain(), LOOK_AGAIN_MS);
  }

  /** Something is under way: ask soon. */
  poke() {
    this.#delay = FASTEST_MS;
    this.#schedule();
  }

  /**
   * Ask for the newest runs, for those that need review and for those that failed, and how many
   * notices there are.
   */
  async refresh() {
    this.#refreshedAt = Date.now();
    const { newest, review, failed, notices } = await getInbox();
    this.notices.value = notices;
    await Promise.all([
      this.#take("all", newest),
      this.#take("review", review),
      this.#take("failed", failed),
    ]);
    this.#schedule();
  }

  /**
   * Look what others did: new runs, and those that left a list. Nothing is asked while nobody
   * looks.
   */
  #lookAgain() {
    const isIdle = this.#refreshedAt > 0 && Date.now() - this.#refreshedAt >= LOOK_AGAIN_MS / 2;
    if (document.hidden || !isIdle || !isWatched()) return;
    this.refresh().then(
      () => this.#setLost(false),
      (error) => {
        // A server in trouble is not told of again and again; the next look may find it well.
        if (!(error instanceof ApiError) || error.status < SERVER_TROUBLE) this.#failed(error);
      },
    );
  }

  async loadMore(name: ListName) {
    const asked = name === "open" ? TO_SEE_TO : [name];
    for (const each of asked) await this.#loadMoreOf(each);
  }

  async #loadMoreOf(name: AskedList) {
    const cursor = this.#store.cursor(name);
    if (cursor)
      this.#store.putPage(name, await listRuns({ ...QUERIES[name], cursor }), { isFirst: false });
  }

  /** The first page of a list. */
  async #take(name: AskedList, page: RunPage) {
    this.#store.putPage(name, page, { isFirst: true });
    const gone = this.#store.missingFrom(name, page).slice(0, MAX_IDS);
    if (gone.length > 0) for (const run of await getRunSummaries(gone)) this.#store.put(run);
  }

  #onVisibility() {
    if (document.hidden) {
      clearTimeout(this.#timer);
      return;
    }
    this.poke();
    if (Date.now() - this.#refreshedAt > REFRESH_AFTER_MS)
      this.refresh().catch((error) => this.#failed(error));
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (document.hidden || this.#isAsking || this.#store.active().length === 0) return;
    this.#timer = setTimeout(() => this.#ask(), this.#delay);
  }

  async #ask() {
    this.#isAsking = true;
    const ids = this.#store.active().slice(0, MAX_IDS);
    const before = this.#fingerprint(ids);
    try {
      for (const run of await getRunSummaries(ids)) this.#store.put(run);
      this.#setLost(false);
      this.#delay =
        this.#fingerprint(ids) === before ? Math.min(this.#delay * SLOWER, SLOWEST_MS) : FASTEST_MS;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isAsking = false;
    }
    this.#schedule();
  }

  #failed(error: unknown) {
    this.#delay = SLOWEST_MS;
    if (error instanceof ConnectionError) this.#setLost(true);
    else this.#onError(error);
  }

  #setLost(isLost: boolean) {
    this.isLost.value = isLost;
  }

  #fingerprint(ids: string[]) {
    return ids
      .map((id) => `${this.#store.get(id)?.stateVersion} ${this.#store.get(id)?.step}`)
      .join();
  }
}

/**
 * @returns whether a list of runs is open: the inbox, whose addresses these are, or a receipt on
 * the way through one
 */
function isWatched(): boolean {
  return location.pathname === "/" || /^\/(inbox|runs)\//.test(location.pathname);
}
