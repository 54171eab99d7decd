/** The runs this page knows, and in which order each list shows them. */

import { signal } from "@preact/signals";
import type { RunPage, RunSummary } from "../api.ts";

/** Lists that the server is asked for */
export type AskedList = "all" | "review" | "failed";
/** `open` is what somebody has to see to, what is under way, and what came in this visit */
export type ListName = AskedList | "open";

/** Lists of what somebody has to see to. */
const WANTED: [AskedList, (run: RunSummary) => boolean][] = [
  ["review", (run) => run.status === "needs_review"],
  // A run that was cancelled and could not be undone, or stands still, is an operator's as a failed
  // one is; one that was undone is nobody's.
  [
    "failed",
    (run) =>
      (run.status === "failed" && run.undone !== true) ||
      run.notUndone === true ||
      run.escalated === true,
  ],
];

/** Of what is open, the server lists these by themselves; the rest stands among the newest. */
export const TO_SEE_TO: AskedList[] = ["review", "failed"];

type List = { ids: Set<string>; nextCursor: string | null; isLoaded: boolean };

/** Raises `version` once after any number of changes in one task. */
export class RunStore {
  /**
   * Grows with what is known. What is read of the lists reads it too: a component that reads any
   * signal is drawn again for signals and its own properties only, and no more with what is above
   * it.
   */
  version = signal(0);
  #runs: Map<string, RunSummary> = new Map();
  #lists: Record<AskedList, List> = {
    all: { ids: new Set(), nextCursor: null, isLoaded: false },
    review: { ids: new Set(), nextCursor: null, isLoaded: false },
    failed: { ids: new Set(), nextCursor: null, isLoaded: false },
  };
  /**
   * Runs decided here, with the version that was decided on: the server takes a moment to act on
   * it.
   */
  #decided = new Map();
  /** Where the runs of this visit stand among each other, the lowest first. */
  #ranks: Map<string, number> = new Map();
  #isAnnouncing = false;

  get(id: string) {
    return this.#runs.get(id);
  }

  /** Take what the server says, unless something newer is known. */
  put(run: RunSummary) {
    const known = this.#runs.get(run.id);
    if (known && known.stateVersion > run.stateVersion) return;
    if (this.#decided.get(run.id) === run.stateVersion) return;
    if (known && isSame(known, run)) return;
    this.#decided.delete(run.id);
    this.#runs.set(run.id, run);
    for (const [name, isWanted] of WANTED) {
      if (isWanted(run)) this.#lists[name].ids.add(run.id);
      else this.#lists[name].ids.delete(run.id);
    }
    this.#announce();
  }

  /** @param options a first page that was asked for again keeps what was loaded after it */
  putPage(name: AskedList, page: RunPage, { isFirst }: { isFirst: boolean }) {
    const list = this.#lists[name];
    if (!isFirst || !list.isLoaded) list.nextCursor = page.nextCursor;
    list.isLoaded = true;
    for (const run of page.items) {
      this.put(run);
      if (name === "all") list.ids.add(run.id);
    }
    this.#announce();
  }

  /**
   * What is known of a list and is not in its first page, though it would stand there: it has left
   * the list meanwhile.
   *
   * @param page the first
   * @returns ids
   */
  missingFrom(name: AskedList, page: RunPage): string[] {
    if (name === "all") return [];
    const there = new Set(page.items.map((run) => run.id));
    const oldest = page.nextCursor === null ? "" : (page.items.at(-1)?.createdAt ?? "");
    const known = this.list(name).filter((run) => !there.has(run.id) && run.createdAt > oldest);
    return known.map((run) => run.id);
  }

  /**
   * The decision is recorded; until the server has acted on it, the run counts as being processed.
   */
  markDecided(id: string) {
    const run = this.#runs.get(id);
    if (run?.status !== "needs_review") return;
    this.#decided.set(id, run.stateVersion);
    this.#runs.set(id, { ...run, status: "processing", state: "parsed", step: null });
    this.#lists.review.ids.delete(id);
    this.#announce();
  }

  /**
   * Put a run of this visit into the list of all, where its file stood: before all others.
   *
   * @param rank the lowest is first
   */
  setRank(id: string, rank: number) {
    this.#ranks.set(id, rank);
    this.#lists.all.ids.add(id);
  }

  /** @returns those of this visit by rank, then the others, newest first */
  list(name: ListName): RunSummary[] {
    this.version.value;
    const ids = name === "open" ? this.#openIds() : this.#lists[name].ids;
    const runs = this.#known(ids);
    const rank = (run: RunSummary) => this.#ranks.get(run.id) ?? Infinity;
    return runs.sort((a, b) => {
      const [first, second] = [rank(a), rank(b)];
      if (first !== second) return first - second;
      return b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id);
    });
  }

  cursor(name: AskedList) {
    this.version.value;
    return this.#lists[name].nextCursor;
  }

  /** @returns whether the server has more of it than was loaded */
  hasMore(name: ListName) {
    const asked = name === "open" ? TO_SEE_TO : [name];
    return asked.some((each) => this.cursor(each) !== null);
  }

  isLoaded(name: ListName) {
    this.version.value;
    const asked: AskedList[] = name === "open" ? ["all", ...TO_SEE_TO] : [name];
    return asked.every((each) => this.#lists[each].isLoaded);
  }

  /** @returns how many there are: "100+" where more are not loaded; empty where none was */
  count(name: AskedList): string {
    this.version.value;
    const { ids, nextCursor, isLoaded } = this.#lists[name];
    if (!isLoaded) return "";
    return `${ids.size}${nextCursor === null ? "" : "+"}`;
  }

  /** @returns ids of the runs under way, oldest first */
  active(): string[] {
    const active = [...this.#runs.values()].filter((run) => run.status === "processing");
    return active.sort((a, b) => a.createdAt.localeCompare(b.createdAt)).map((run) => run.id);
  }

  #known(ids: Set<string>): RunSummary[] {
    return [...ids].flatMap((id) => this.#runs.get(id) ?? []);
  }

  #openIds(): Set<string> {
    const { all, review, failed } = this.#lists;
    const others = this.#known(all.ids).filter(
      (run) => run.status === "processing" || run.sentBack || this.#ranks.has(run.id),
    );
    return new Set([...others.map(({ id }) => id), ...review.ids, ...failed.ids]);
  }

  #announce() {
    if (this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    queueMicrotask(() => {
      this.#isAnnouncing = false;
      this.version.value += 1;
    });
  }
}

/** @returns whether there is nothing new to show */
function isSame(known: RunSummary, run: RunSummary): boolean {
  const [before, after] = [known.expense?.base, run.expense?.base];
  const isSameReason = known.expense?.baseMissing?.reason === run.expense?.baseMissing?.reason;
  const isSameBase =
    isSameReason && before?.total === after?.total && before?.currency === after?.currency;
  const isSameEnd =
    known.status === run.status &&
    known.notUndone === run.notUndone &&
    known.escalated === run.escalated;
  const isSameState = known.stateVersion === run.stateVersion && isSameEnd;
  const isSamePayer =
    known.expense?.paidBy === run.expense?.paidBy && known.receipt?.paidBy === run.receipt?.paidBy;
  const isSameExpense =
    known.expense?.stage === run.expense?.stage &&
    known.sentBack?.reason === run.sentBack?.reason &&
    Boolean(known.sentBack) === Boolean(run.sentBack) &&
    isSamePayer;
  return isSameState && known.step === run.step && isSameBase && isSameExpense;
}
